#!/bin/sh
# The sample's images, from their SVG sources to light PNG files (twice the size they are shown at).
# Words in them are outlines of Manrope (SIL OFL 1.1): no font is needed.
# Debian: apt install librsvg2-bin pngquant optipng
set -eu
cd "$(dirname "$0")"
root=../../..

rasterise() { # source.svg target.png
    rsvg-convert "$1" | pngquant --speed 1 --strip --quality 80-100 128 - >"$2"
    optipng -quiet -o7 "$2"
}

rasterise logo.svg "$root/templates/tract/logo.png"
rasterise elus.svg "$root/campaigns/relation-clients/elus.png"
rasterise attente.svg "$root/campaigns/relation-clients/attente.png"
