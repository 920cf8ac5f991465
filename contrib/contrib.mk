EXTRA_DIST += contrib/check contrib/bench contrib/common.sh .ci/run
EXTRA_DIST += contrib/bootserver.spec
