"""The languages in which tests open many pages."""

import random

from shared.language import LANGUAGES, SOURCE_LANGUAGE
from tests.support.seed import SEED

TWO_LANGUAGES = (SOURCE_LANGUAGE, random.Random(SEED).choice(LANGUAGES[1:]))
"""English, and one other that the seed chooses, so that the tests take no longer with more
languages.
"""
