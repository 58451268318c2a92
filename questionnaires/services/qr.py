"""A link as a picture for a phone's camera, to be printed on a letter or shown on a screen."""

import io

import segno


def qr_svg(address: str) -> str:
    """The address as a QR code in SVG, black on white, without a size of its own and with its quiet zone.

    A quarter of it may be unreadable ("Q"), because paper is folded.
    """
    picture = io.BytesIO()
    segno.make(address, error="q", micro=False).save(
        picture, kind="svg", xmldecl=False, light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return picture.getvalue().decode().strip()
