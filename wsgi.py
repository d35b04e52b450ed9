"""The app, for any WSGI server and for the `flask` command: `flask --app wsgi --help`."""

from imageapp import create_app

app = create_app()
