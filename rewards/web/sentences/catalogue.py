"""Refusals of what staff fill in about reward items and their pictures."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from .words import Words

CATALOGUE: Mapping[str, Words] = {
    "not-a-picture": Words(
        _("这个文件不是能用的图片"),
        _("只收JPG、PNG和WebP"),
        (_("用手机拍一张，或先存成JPG再传"), _("没有照片也行，选一幅画")),
    ),
    "picture-not-found": Words(_("这张图片换掉了"), None, (_("重新打开页面，看现在的图片"),)),
    "picture-too-large": Words(
        _("图片太大了"),
        _("最大%(megabytes_max)s MB，最多%(megapixels_max)s百万像素"),
        (_("用手机把照片调小一点，或截个图再传"),),
    ),
}
