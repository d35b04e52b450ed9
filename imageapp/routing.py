"""What may stand in an address."""

from werkzeug.routing import BaseConverter

from imageapp.identifiers import PUBLIC_ID


class PublicId(BaseConverter):
    """The id of a picture or a link; anything else of that place is no address of ours."""

    regex = PUBLIC_ID
