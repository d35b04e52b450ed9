"""Requests as this app takes them: a form is read whole or refused, and nothing of it stays open."""

from typing import IO

from flask import Request
from werkzeug.formparser import FormDataParser


class StrictRequest(Request):
    """Raises ValueError for a form that cannot be read, which would else pass for one in which nothing was sent."""

    _opened: list[IO[bytes]] | None = None

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        stream = super()._get_file_stream(total_content_length, content_type, filename, content_length)
        self._opened = [*(self._opened or ()), stream]
        return stream

    def close(self) -> None:
        """Close every file of the form, also those of a form that could not be read to its end."""
        super().close()
        for stream in self._opened or ():
            stream.close()
