# Real clients and the real daemons, in network namespaces.
