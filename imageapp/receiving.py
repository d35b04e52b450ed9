"""Requests as this app takes them: a form is read whole or refused, and files are written where they are worked on."""

from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser

from imageapp.arriving import Arrived, Parcel
from imageapp.multipart import parts

Form = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class SentFile(FileStorage):
    """A file of a form, whose bytes lie where `arrived` says and not in `stream`, which is empty."""

    def __init__(self, arrived: Arrived, file_name: str, field: str) -> None:
        super().__init__(filename=file_name, name=field)
        self.arrived = arrived

    @property
    def was_chosen(self) -> bool:
        """Whether it is a file: a browser sends a nameless, empty one for a field that nothing was chosen in."""
        return bool(self.filename) or self.arrived.bytes > 0


class _Forms(FormDataParser):
    """Raises ValueError for a form that cannot be read, which would else pass for one in which nothing was sent."""

    def __init__(self, parcel: Parcel | None, *, parts: int, text: int) -> None:
        super().__init__(cls=ImmutableMultiDict, silent=False)
        self._parcel = parcel
        self._parts = parts
        self._text = text

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Form:
        if mimetype != "multipart/form-data":
            return super().parse(stream, mimetype, content_length, options)
        boundary = (options or {}).get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("the form does not say how its parts are told apart")
        fields: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        for part in parts(stream.read, boundary, most=self._parts, text=self._text):
            if part.file_name is None:
                fields.append((part.name, b"".join(part.pieces).decode()))
            elif self._parcel is not None:
                files.append((part.name, SentFile(self._parcel.take(part.pieces), part.file_name, part.name)))
        return stream, self.cls(fields), self.cls(files)


class StrictRequest(Request):
    """Raises ValueError for a form that cannot be read, TooLarge for one of too many parts or too much text.

    Files are taken into `parcel`, and passed over in forms of requests that were given none.
    """

    parcel: Parcel | None = None

    def make_form_data_parser(self) -> FormDataParser:
        # Neither limit is ever None: the gate sets them, and Flask has its own.
        return _Forms(self.parcel, parts=self.max_form_parts or 0, text=self.max_form_memory_size or 0)

    def close(self) -> None:
        """Remove what was sent and not kept, also where the form could not be read to its end."""
        super().close()
        if self.parcel is not None:
            self.parcel.discard()
