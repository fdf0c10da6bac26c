"""One spelling for many: width, case and common traditional characters, with the way back.

Reading is bounded: of a longer text only the first MAX_READ characters are looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

import msgspec

MAX_READ = 4000
_LONGEST_RUN = 3

# Traditional characters that complaints are written with. A converter for all of them costs 31 MB
# of memory (OpenCC), half of what a gateway may use in all.
_PAIRS = (
    "過过貨货買买賣卖錢钱換换開开關关門门員员態态質质變变壞坏臉脸紅红腫肿發发黴霉蟲虫髮发異异餓饿癢痒燙烫傷伤險险燒烧斷断電电療疗醫医爛烂髒脏亂乱廁厕燈灯聲声價价標标籤签稱称"
    "貴贵優优會会積积點点單单錯错導导購购貼贴餅饼飯饭糰团湯汤凍冻鮮鲜雞鸡魚鱼蝦虾蘋苹湊凑撥拨給给說说問问請请嗎吗麼么麽么這这個个們们來来還还沒没無无為为誰谁對对應应該该時时"
    "間间幾几號号樓楼輛辆車车場场類类樣样雙双裝装條条頭头舊旧愛爱親亲謝谢讚赞報报訴诉記记師师聯联絡络話话碼码隱隐務务處处運运達达遲迟誤误週周歲岁兒儿嬰婴護护膚肤嘔呕瀉泻診诊"
    "衛卫檢检驗验產产環环櫃柜檯台臺台鎖锁盜盗騙骗詐诈罵骂搶抢攔拦視视氣气腦脑壓压縮缩細细紙纸線线織织絲丝綠绿級级純纯終终結结經经緊紧練练維维網网罰罚義义習习聽听聞闻職职聰聪"
    "腳脚膠胶臟脏臨临舉举藥药藍蓝蔥葱蘿萝蟻蚁補补襯衬覺觉觀观計计訂订訊讯討讨訓训設设許许評评詞词試试詢询認认語语誠诚課课調调談谈論论證证識识議议讀读讓让豐丰財财貪贪貧贫責责"
    "費费貿贸資资賠赔賤贱賬账賴赖贈赠贏赢趕赶跡迹踐践軟软軽轻輕轻輪轮輸输轉转辦办農农連连進进遊游違违適适選选遺遗邊边郵邮鄉乡醜丑釋释針针釘钉鈕钮鋼钢鋪铺錄录鍋锅鍵键鏡镜鐘钟"
    "鐵铁長长閃闪閉闭閒闲閱阅闆板隊队階阶際际隨随雖虽雜杂離离難难雲云靜静頂顶項项順顺須须預预頓顿頗颇領领頻频題题額额顏颜願愿顧顾風风飄飘飛飞飲饮飽饱養养館馆饞馋馬马駕驾騎骑"
    "騷骚驚惊體体鬆松鬧闹鮑鲍鱗鳞鴨鸭鵝鹅鹹咸麥麦麵面黃黄齊齐齒齿龍龙龜龟"
)
_SIMPLER = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[a-z]")
_DROPPED = {"Cc", "Cf", "Mn", "Cs", "Co"}
# Stands for a character whose spelling is not one character; no spelling has it.
_ODD = "\0"
# Of digits, too: then it is looked at more closely.
_LONG_RUN = re.compile(r"(.)\1\1\1", re.DOTALL)
# Stands where something could not be kept: HQ has it for a NUL, which a store still sees.
_LOST = "\ufffd"
_MOST_KEPT = 20_000
_PLAIN_LETTER = re.compile("[a-z\u4e00-\u9fef]")
# Whatever is not in the scripts that `_letter` knows.
_STRANGE = re.compile("[^\0-\u024f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0010ffff]")


class Script(StrEnum):
    """How far a text is in letters that the lexicon knows."""

    KNOWN = "known"
    FOREIGN = "foreign"
    NONE = "none"


class Normalised(msgspec.Struct, frozen=True, kw_only=True):
    """A text in one spelling, and where each of its characters came from."""

    text: str
    origin: Sequence[int]
    script: Script
    hanzi: bool
    latin: bool
    truncated: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original text of `text[start:end]`."""
        return self.origin[start], self.origin[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Return `text` in the lexicon's spelling."""
    read = text[:MAX_READ]
    plain = read.translate(_SPELLING)
    origin: Sequence[int] = range(len(plain))
    truncated = len(text) > MAX_READ
    if _ODD in plain or _LONG_RUN.search(plain):
        plain, origin, unfolded = _one_by_one(read)
        truncated = truncated or unfolded
    return Normalised(
        text=plain,
        origin=origin,
        script=_script(plain),
        hanzi=_HANZI.search(plain) is not None,
        latin=_LATIN.search(plain) is not None,
        truncated=truncated,
    )


def _one_by_one(text: str) -> tuple[str, Sequence[int], bool]:
    """Return the spelling, where each character came from, and whether more came out than fits."""
    out: list[str] = []
    origin: list[int] = []
    run = 0
    for index, character in enumerate(text):
        for one in _spelling(character):
            run = run + 1 if out and out[-1] == one and not one.isdigit() else 1
            if run <= _LONGEST_RUN:
                out.append(one)
                origin.append(index)
    # A ligature can unfold into eighteen characters; the bound holds for what comes out too.
    return "".join(out[:MAX_READ]), tuple(origin[:MAX_READ]), len(out) > MAX_READ


@lru_cache(maxsize=8192)
def _spelling(character: str) -> str:
    if character in "\n\r\t":
        return "\n" if character != "\t" else " "
    if character == _LOST:
        return ""
    unfolded = unicodedata.normalize("NFKC", character).lower()
    kept = (one for one in unfolded if unicodedata.category(one) not in _DROPPED)
    return "".join(_SIMPLER.get(one, one) for one in kept).replace("’", "'")


class _Spelling(dict[int, str]):
    """The spelling of each character that was met; bounded, as there are a million of them."""

    def __missing__(self, code: int) -> str:
        spelled = _spelling(chr(code))
        if len(spelled) != 1:
            spelled = _ODD
        if len(self) < _MOST_KEPT:
            self[code] = spelled
        return spelled


_SPELLING = _Spelling()


def _script(text: str) -> Script:
    # Nearly every text has a letter that the lexicon knows and none that it does not.
    if _PLAIN_LETTER.search(text) and not any(map(str.isalpha, _STRANGE.findall(text))):
        return Script.KNOWN
    counts = Counter(map(_letter, text))
    known, foreign = counts["known"], counts["foreign"]
    if foreign > known:
        return Script.FOREIGN
    return Script.KNOWN if known else Script.NONE


@lru_cache(maxsize=8192)
def _letter(character: str) -> str:
    if not character.isalpha():
        return ""
    hanzi = "㐀" <= character <= "鿿" or "豈" <= character <= "﫿" or character >= "\U00020000"
    return "known" if hanzi or character <= "ɏ" else "foreign"
