"""What a browser's fake camera films: a picture held before it, in a file it plays in a circle."""

from pathlib import Path

from PIL import Image

SIZE = (640, 480)
FRAMES = 5
FLAGS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


def film(picture, file, *, size=SIZE):
    """Write *picture*, an image, as it stands in the middle of a grey room; return the flags."""
    room = Image.new("RGB", size, (96, 96, 96))
    shown = picture.convert("RGB")
    shown.thumbnail((size[0] * 3 // 4, size[1] * 3 // 4))
    room.paste(shown, ((size[0] - shown.width) // 2, (size[1] - shown.height) // 2))
    light, blue, red = room.convert("YCbCr").split()
    half = (size[0] // 2, size[1] // 2)
    frame = light.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    head = f"YUV4MPEG2 W{size[0]} H{size[1]} F10:1 Ip A1:1 C420jpeg\n".encode()
    Path(file).write_bytes(head + (b"FRAME\n" + frame) * FRAMES)
    return [*FLAGS, f"--use-file-for-fake-video-capture={file}"]
