"""Files that arrive with a form."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from wenmai.lib.access import actor_of


class OnlyFromPeople(FileUploadHandler):
    """First of the upload handlers: a file from nobody is passed over before a byte of it is written anywhere.

    Forms are read before a view can refuse them (for the token), so that anybody could fill the disk otherwise.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is None or actor_of(self.request).user_id is None:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
