"""`make screenshots`: the pictures of docs/screenshots, taken anew from the real program on an empty data folder.

What the pages show is drawn by benchmarks/scenery.py, and everybody in it is made up. The browser is Debian's Chromium.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from PIL import Image as Pillow
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from benchmarks import scenery, site
from imageapp.accounts.models import User
from imageapp.accounts.passwords import hash_password
from imageapp.accounts.service import add_user
from imageapp.database import writing
from imageapp.extensions import db
from imageapp.images.models import Image, UploadDay
from imageapp.plans.models import Plan

FOLDER = site.CHECKOUT / "docs/screenshots"
LARGEST = 250_000  # bytes of one picture
OWNER = site.NAME
