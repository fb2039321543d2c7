"""Pictures of badges as a webcam sees them on a bad day: real badges, rendered from their PDF, then spoiled.

The same seed gives the same pictures. Within each kind the trouble grows from picture to picture, so that a decoder
which is a little better reads a few more of them.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SEED = 20240307
EACH = 36
WIDTH, HEIGHT = 1280, 720
DESK = 96  # the grey behind the badge
USUAL = 700  # the width of a badge at arm's length, in pixels of the frame

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hard:
    """One frame of a webcam."""

    kind: str
    picture: Image.Image
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A badge as it is printed, 1080 pixels wide, and what its code says."""

    picture: Image.Image
    text: str


# --- holding it before a camera ---------------------------------------------------------------------------------------


def solve(rows: list[list[float]]) -> list[float]:
    """The unknowns of linear equations, each row with its right side last."""
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(size):
            if row != column:
                times = rows[row][column] / rows[column][column]
                rows[row] = [mine - times * other for mine, other in zip(rows[row], rows[column], strict=True)]
    return [rows[n][size] / rows[n][n] for n in range(size)]


def onto(picture: Image.Image, corners: Sequence[Point], size: tuple[int, int], ground: int) -> Image.Image:
    """The picture with its four corners (clockwise from the top left) at these places of a frame."""
    own = [(0, 0), (picture.width, 0), (picture.width, picture.height), (0, picture.height)]
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners, own, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    way = Image.Transform.PERSPECTIVE
    return picture.transform(size, way, solve(rows), Image.Resampling.BICUBIC, fillcolor=ground)


def corners_of(badge: Image.Image, chance: random.Random, *, width: float, tilt: float = 0.0) -> list[Point]:
    """Where the corners come to lie: about the middle, turned a little; `tilt` in degrees, about an axis by chance."""
    turn, axis = math.radians(chance.uniform(-15, 15)), math.radians(chance.uniform(0, 360))
    lean, far = math.radians(tilt), 2.2 * width  # the camera is about two badges away
    x0, y0 = WIDTH / 2 + chance.uniform(-60, 60), HEIGHT / 2 + chance.uniform(-40, 40)
    half, tall = width / 2, width * badge.height / badge.width / 2
    found = []
    for x, y in ((-half, -tall), (half, -tall), (half, tall), (-half, tall)):
        x, y = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        along, across = x * math.cos(axis) + y * math.sin(axis), -x * math.sin(axis) + y * math.cos(axis)
        depth = far / (far + across * math.sin(lean))
        along, across = along * depth, across * math.cos(lean) * depth
        x, y = along * math.cos(axis) - across * math.sin(axis), along * math.sin(axis) + across * math.cos(axis)
        found.append((x0 + x, y0 + y))
    return found


def held(badge: Image.Image, chance: random.Random, *, width: float = USUAL, tilt: float = 0.0) -> Image.Image:
    """A frame with the badge in it."""
    small = badge.resize((round(width), round(width * badge.height / badge.width)), Image.Resampling.LANCZOS)
    return onto(small, corners_of(badge, chance, width=width, tilt=tilt), (WIDTH, HEIGHT), DESK)


# --- what a sensor adds -----------------------------------------------------------------------------------------------


def noisy(picture: Image.Image, chance: random.Random, strength: float) -> Image.Image:
    """Noise about zero; `strength` is its deviation in steps of 256."""
    grain = Image.frombytes("L", picture.size, chance.randbytes(picture.width * picture.height))
    grain = grain.filter(ImageFilter.GaussianBlur(0.5))  # grains of a sensor run into each other
    scale = strength / 42  # the deviation of what the blur leaves
    even = grain.point([round(128 + (n - 127.5) * scale) for n in range(256)])
    return ImageChops.add(picture, even, scale=1, offset=-128)


def sent(picture: Image.Image, quality: int = 80) -> Image.Image:
    """As it comes through the cable of a webcam: JPEG."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("L")


def levels(picture: Image.Image, dark: float, light: float) -> Image.Image:
    """Black becomes `dark`, white `light`."""
    return picture.point([round(dark + (light - dark) * n / 255) for n in range(256)])


# --- kinds of trouble; `amount` goes from 0 to 1 ----------------------------------------------------------------------


def as_printed(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    return held(badge, chance, width=USUAL - 150 * amount, tilt=25 * amount).filter(ImageFilter.GaussianBlur(0.7))


def out_of_focus(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    return held(badge, chance).filter(ImageFilter.GaussianBlur(1.2 + 1.9 * amount))


def moved(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    frame, direction = held(badge, chance), chance.uniform(0, math.pi)
    length, mixed = 3 + 9 * amount, None
    for step in range(1, 10):
        away = length * (step - 5) / 8
        shift = (1, 0, away * math.cos(direction), 0, 1, away * math.sin(direction))
        one = frame.transform(frame.size, Image.Transform.AFFINE, shift, Image.Resampling.BILINEAR, fillcolor=DESK)
        mixed = one if mixed is None else Image.blend(mixed, one, 1 / step)
    return cast(Image.Image, mixed)


def tilted(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    return held(badge, chance, tilt=40 + 32 * amount).filter(ImageFilter.GaussianBlur(0.8))


def glare(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    """A lamp in the plastic of the badge: white in the middle, a veil around."""
    frame = held(badge, chance)
    light = Image.new("L", frame.size, round(30 + 60 * amount))
    x, y = WIDTH / 2 + chance.uniform(-330, 330), HEIGHT / 2 + chance.uniform(-120, 120)
    wide, tall = 60 + 160 * amount, 30 + 70 * amount
    ImageDraw.Draw(light).ellipse((x - wide, y - tall, x + wide, y + tall), fill=255)
    return ImageChops.screen(frame, light.filter(ImageFilter.GaussianBlur(30))).filter(ImageFilter.GaussianBlur(0.8))


def low_light(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    frame = levels(held(badge, chance).filter(ImageFilter.GaussianBlur(1)), 10, 110 - 60 * amount)
    return noisy(frame, chance, 8 + 12 * amount)


def crumpled(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    """Paper that was in a pocket: a grid of places pushed about, and shadows along the folds."""
    columns, rows = 9, 7
    strength = 0.5 + 4.5 * amount
    places = {
        (c, r): (badge.width * c / columns, badge.height * r / rows)
        for c in range(columns + 1)
        for r in range(rows + 1)
    }
    pushed = {place: (x + chance.gauss(0, strength), y + chance.gauss(0, strength)) for place, (x, y) in places.items()}
    mesh = []
    for c in range(columns):
        for r in range(rows):
            (x0, y0), (x1, y1) = places[c, r], places[c + 1, r + 1]
            around = (pushed[c, r], pushed[c, r + 1], pushed[c + 1, r + 1], pushed[c + 1, r])
            mesh.append(((round(x0), round(y0), round(x1), round(y1)), tuple(n for point in around for n in point)))
    paper = badge.transform(badge.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)
    shade = Image.new("L", (columns * 2, rows * 2))
    shade.putdata([round(chance.uniform(255 - 130 * (0.4 + 0.6 * amount), 255)) for _ in range(columns * rows * 4)])
    lit = ImageChops.multiply(paper, shade.resize(badge.size, Image.Resampling.BICUBIC))
    pen = ImageDraw.Draw(lit)
    for _ in range(round(4 + 6 * amount)):
        ends = [(chance.uniform(0, badge.width), chance.uniform(0, badge.height)) for _ in range(2)]
        pen.line([*ends[0], *ends[1]], fill=round(chance.uniform(110, 235)), width=4)
    return held(lit, chance).filter(ImageFilter.GaussianBlur(0.8))


def from_a_screen(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    """A ticket on a phone: the screen's own grid against the sensor's makes moiré, its backlight makes bands."""
    dots = badge.resize((360, round(360 * badge.height / badge.width)), Image.Resampling.LANCZOS)
    grid = dots.resize((dots.width * 4, dots.height * 4), Image.Resampling.NEAREST)
    gap, dim = Image.new("L", (4, 4), 255), round(150 - 130 * amount)
    for n in range(4):
        gap.putpixel((n, 3), dim)
        gap.putpixel((3, n), dim)
    mask = Image.new("L", grid.size)
    for x in range(0, grid.width, 4):
        mask.paste(gap, (x, 0))
    column = mask.crop((0, 0, grid.width, 4))
    for y in range(4, grid.height, 4):
        mask.paste(column, (0, y))
    shown = ImageChops.multiply(grid, mask)
    # No averaging: a sensor takes samples, and that is what makes the pattern.
    corners = corners_of(badge, chance, width=USUAL + 60 - 160 * amount, tilt=15 * chance.random())
    frame = onto(shown, corners, (WIDTH, HEIGHT), DESK).filter(ImageFilter.GaussianBlur(0.7))
    phase, length = chance.uniform(0, 6), chance.uniform(60, 160)
    bands = Image.new("L", (1, HEIGHT))
    bands.putdata([round(255 - 90 * amount * (1 + math.sin(phase + y / length * 6.3)) / 2) for y in range(HEIGHT)])
    return ImageChops.multiply(frame, bands.resize(frame.size))


def far_away(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    return held(badge, chance, width=300 - 150 * amount).filter(ImageFilter.GaussianBlur(0.5))


def faded(badge: Image.Image, chance: random.Random, amount: float) -> Image.Image:
    """A printer at the end of its ink, under a lamp at one side."""
    pale = levels(badge, 150 + 68 * amount, 235)
    lamp = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize((WIDTH, HEIGHT))
    frame = ImageChops.multiply(held(pale, chance).filter(ImageFilter.GaussianBlur(0.9)), levels(lamp, 130, 255))
    return noisy(frame, chance, 2 + 4 * amount)


KINDS: dict[str, Callable[[Image.Image, random.Random, float], Image.Image]] = {
    "as printed": as_printed,
    "out of focus": out_of_focus,
    "moved": moved,
    "tilted": tilted,
    "glare": glare,
    "low light": low_light,
    "crumpled": crumpled,
    "moiré of a screen": from_a_screen,
    "small": far_away,
    "low contrast": faded,
}


def hard_pictures(badges: Sequence[Badge], each: int = EACH, seed: int = SEED) -> Iterator[Hard]:
    """So many pictures of each kind, from the least trouble to the most."""
    for kind, spoil in KINDS.items():
        chance = random.Random(f"{seed} {kind}")
        for n in range(each):
            badge = badges[n % len(badges)]
            frame = spoil(badge.picture, chance, n / max(1, each - 1))
            yield Hard(kind=kind, picture=sent(noisy(frame, chance, 2)), text=badge.text)
