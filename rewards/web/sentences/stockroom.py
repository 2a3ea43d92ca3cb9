"""Refusals of changes, transfers, stocktakes and deliveries, and what is wrong with a row."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from .words import LIST_AGAIN, Words

_SEE_NOW = (_("看看现在的样子再办"),)
_NOTE = (_("写2到120个字，别人看得懂是怎么回事"),)

STOCKROOM: Mapping[str, Words] = {
    "stock-needs-two": Words(
        _("改数量要两个人"), _("一个人提，另一个人批"), (_("在“报更正”里提出来"),)
    ),
    "stock-change-not-found": Words(_("没有找到这一笔更正"), None, LIST_AGAIN),
    "invalid-stock-change": Words(_("数量或原因填得不对"), None, _NOTE),
    "stock-second-person": Words(
        _("您自己提的，要别人批"), _("只有提的人能撤回"), (_("请另一位管理员打开“库存—等复核”"),)
    ),
    "stock-change-decided": Words(_("这一笔已经有结果了"), None, _SEE_NOW),
    "stock-changes-waiting": Words(
        _("还有%(waiting)s笔更正等复核"),
        _("现在盘点会算两遍"),
        (_("先到“等复核”里批完，再开始盘点"),),
    ),
    "stocktake-not-found": Words(_("没有找到这次盘点"), None, LIST_AGAIN),
    "stocktake-open": Words(
        _("这里正在盘点"), _("坏了的不要数进去，盘点会显出差数"), (_("盘点结束后再提"),)
    ),
    "stocktake-difference-stands": Words(
        _("盘点出来的差数不能撤回"), _("要另一个人复核"), (_("数错了，请复核的人不批，再盘一次"),)
    ),
    "stocktake-difference-waits": Words(
        _("这样东西盘点的差数还在等复核"),
        _("再报一次会算两遍"),
        (_("先到“等复核”里批完，还不对再报"),),
    ),
    "stocktake-closed": Words(_("这次盘点已经结束"), None, _SEE_NOW),
    "stocktake-empty": Words(_("架上没有要数的东西"), None, (_("先上架物品"),)),
    "stocktake-uncounted": Words(
        _("还有%(uncounted)s样没数"), None, (_("数完再结束；真不用数的，勾上“没数的不动”"),)
    ),
    "stocktake-recount": Words(
        _("有%(items)s样要再数一遍"), None, (_("把标着“再数一遍”的重新数，照实填"),)
    ),
    "not-counted-here": Words(_("这样东西不在这次盘点里"), None, LIST_AGAIN),
    "invalid-count": Words(_("数量填得不对"), None, (_("填0到%(quantity_max)s之间的整数"),)),
    "transfer-not-found": Words(_("没有找到这次调拨"), None, LIST_AGAIN),
    "invalid-transfer": Words(
        _("调拨的内容填得不对"),
        _("收到的不能比发出的多，每一样都要填"),
        (_("核对数量，再填一次"),),
    ),
    "item-missing-there": Words(
        _("对方还没有%(names)s"), None, (_("请对方先用同样的名字上架，再调过去"),)
    ),
    "transfer-closed": Words(_("这次调拨已经有结果了"), None, _SEE_NOW),
    "transfer-second-person": Words(
        _("您自己发出的，要对方的人收"), None, (_("请收货那边的工作人员点收"),)
    ),
    "delivery-rows": Words(
        _("单子里有的行不对，什么都没有入库"), None, (_("照下面的行号改好再传"),)
    ),
    "delivery-empty": Words(
        _("单子里没有能入库的行"), None, (_("下载模板，在“数量”一栏填上数再传"),)
    ),
    "delivery-changed": Words(
        _("物品刚刚改过名"), _("和刚才看到的不一样"), (_("再看一遍，没问题再入库"),)
    ),
    "delivery-repeated": Words(
        _("一样的单子前几天入过库"), None, (_("确实又来了一批，勾上再入库；不是就不用再办"),)
    ),
    "sheet-unreadable": Words(
        _("这个文件读不出来"),
        _("要是 XLSX 或 CSV，不带密码"),
        (_("下载模板，填好再传"),),
    ),
    "sheet-columns": Words(_("第一行要写明“物品”和“数量”两栏"), None, (_("下载模板，照着填"),)),
    "sheet-too-long": Words(_("单子太长了"), _("一次最多%(rows_max)s行"), (_("分成几张再传"),)),
}

# What is wrong with a row of a delivery sheet.
ROWS: Mapping[str, LazyString] = {
    "row-formula": _("是公式，请改成直接填的字和数"),
    "row-item-missing": _("没有写物品"),
    "row-item-unknown": _("架上没有这个名字的物品"),
    "row-item-ambiguous": _("有几样物品的名字差不多，请照架上的名字写"),
    "row-item-twice": _("和前面第%(first_line)s行是同一样物品"),
    "row-quantity-unread": _("数量不是整数"),
    "row-quantity-negative": _("数量是负数；少了的请用“报更正”"),
    "row-quantity-zero": _("数量是零"),
    "row-quantity-large": _("数量太大了"),
}


def explain_row(code: str, *, first_line: int = 0) -> str:
    """Return what is wrong with a row."""
    return str(ROWS[code]) % {"first_line": first_line}
