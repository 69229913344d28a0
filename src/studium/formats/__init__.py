"""The way in and out: other platforms' files to and from a neutral draft."""
