# Fuzz targets, a short run of each.
