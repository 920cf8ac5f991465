EXTRA_DIST += contrib/check contrib/common.sh .ci/run
