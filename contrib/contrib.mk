EXTRA_DIST += contrib/check contrib/bench contrib/fuzz contrib/common.sh contrib/demo contrib/demo.py .ci/run
EXTRA_DIST += contrib/bootserver.spec contrib/bootserver.rpmlintrc
