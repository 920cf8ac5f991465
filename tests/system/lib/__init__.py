"""Toolkit of the system tests: namespaces, daemons with a log of their own, raw DHCP clients, lease files.

Python 3.6 and its standard library only. A test begins with

    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from lib import sandbox
    sandbox.enter()

and from there on is process 1 of a process, mount and network namespace of its own: whatever it makes or
starts ends with it, however it ends.
"""
