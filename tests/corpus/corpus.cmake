# Real files with the verdict of the stock program.
