import pytest

from shared.language import language_of


@pytest.mark.parametrize(
    ("preferred", "accepted", "expected"),
    [
        ("de", "en", "de"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "xx-FR, en;q=0.3, de;q=0.7", "de"),
        (None, "fr-CA, en;q=0.3, de;q=0.7", "fr"),
        (None, "de;q=0, en;q=0.1", "en"),
        (None, "xx", "en"),
        ("xx", "de", "de"),
        (None, "", "en"),
        (None, "de;q=nonsense", "en"),
        ("../../etc", "*", "en"),
    ],
)
def test_people_read_the_language_they_chose_or_their_browser_asks_for(
    preferred, accepted, expected
):
    assert language_of(preferred, accepted) == expected
