"""The bars of an SVG chart stand for their amounts."""

from itertools import pairwise

from shared.pages.svg_bars import HEIGHT, WIDTH, lay_out_bars


def test_bars_stand_on_the_axis_as_high_as_their_amounts():
    drawn = lay_out_bars([50, 100])
    assert [(bar.height, bar.y + bar.height) for bar in drawn.bars] == [
        (HEIGHT / 2, drawn.axis),
        (HEIGHT, drawn.axis),
    ]
    assert drawn.axis == HEIGHT


def test_what_is_below_zero_hangs_from_it():
    up, down = lay_out_bars([30, -10]).bars
    assert (up.height, down.height, down.y, down.down) == (82.5, 27.5, 82.5, True)


def test_they_share_the_room_in_their_order():
    drawn = lay_out_bars(range(1, 41)).bars
    assert drawn[0].x >= 0 and drawn[-1].x + drawn[-1].width <= WIDTH
    assert all(left.x + left.width < right.x for left, right in pairwise(drawn))


def test_nothing_is_drawn_of_nothing():
    assert lay_out_bars([]).bars == ()
    assert lay_out_bars([0]).bars[0].height == 0
