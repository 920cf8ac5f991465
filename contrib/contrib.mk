EXTRA_DIST += contrib/check contrib/common.sh .ci/run
EXTRA_DIST += contrib/bootserver.spec
