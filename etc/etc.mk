# The files a package installs beside the programs.
