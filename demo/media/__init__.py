"""Images, recordings, short films and books for the demonstration, made by this program and always the same.

`make(folder, progress)` writes them and says what they are; nothing is fetched, drawn or played by anybody else.
"""

from demo.media.making import MediaItem, make

__all__ = ["MediaItem", "make"]
