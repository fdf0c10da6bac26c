"""What the screens say, by language; what a survey asks comes from its file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from kiosk.questions import Mood

LANGUAGES: Mapping[str, str] = MappingProxyType({"zh-CN": "中文", "en": "English"})
"""Languages that the screens speak, and what each calls itself."""

_NONE: Mapping[str, Any] = MappingProxyType({})

_ZH = {
    "hint": "轻触一个表情\u00a0· 匿名\u00a0· 只需三秒",
    "qr_title": "想多说几句？",
    "qr_hint": "扫码用手机写文字",
    "sorry": "很抱歉，哪里没做好？",
    "middling": "哪里可以做得更好？",
    "glad": "太好了，您喜欢什么？",
    "several": "可多选",
    "skip": "跳过",
    "write": "写几句",
    "next": "下一步",
    "note_title": "想对我们说什么？",
    "note_empty": "点常用语，或用键盘输入。请不要写姓名和电话。",
    "note_phone_title": "用手机写更方便",
    "note_phone_hint": "扫码打开，打字、语音都行，慢慢写",
    "note_full": "写满了",
    "key_pinyin": "拼音",
    "key_english": "英文",
    "key_signs": "123 符号",
    "key_letters": "返回",
    "key_choose": "选定",
    "key_more": "更多候选词",
    "key_back": "前面的候选词",
    "back": "返回",
    "done": "写好了",
    "space": "空格",
    "contact_title": "需要店长联系您吗？",
    "contact_hint": "留下电话，店长会给您回电。不留也会处理。",
    "contact_empty": "请输入电话号码",
    "contact_agree": "号码已输好，请勾选同意",
    "contact_check": "号码好像不对，请核对",
    "consent": "同意仅为处理本次反馈联系我",
    "erase": "删除",
    "no_contact": "不用联系",
    "submit": "提交",
    "thanks": "谢谢您！",
    "code": "反馈编号",
    "code_keep": "凭编号可查询处理进度",
    "code_scan": "扫码查看处理进度",
    "finish": "完成",
    "returns": "{seconds} 秒后返回",
    "sorry_title": "暂时无法接收反馈",
    "sorry_text": "机器正在自行恢复。请直接告诉店员，我们马上处理。",
    "staff_alarm": "店员请注意",
    "staff_more": "等 {count} 条",
    "staff_instruction": "店员请办理",
    "alarm_general": "顾客紧急反馈",
    "hint_scale": "点一个数字\u00a0· 匿名\u00a0· 只需三秒",
    "private": "本机没有摄像头",
    "text_large": "大字",
    "text_normal": "标准字",
    "problems": "这些问题，您也遇到了吗？",
    "me_too": "我也遇到",
    "fixed_now": "已经好了",
    "voted": "谢谢，已记下",
    "lookup": "查进度",
    "lookup_title": "请输入反馈编号",
    "lookup_hint": "编号在感谢页上，共 8 到 12 个字符",
    "lookup_asking": "正在查询…",
    "lookup_unknown": "没有查到这个编号，请再核对一下",
    "lookup_away": "暂时连不上总部，请稍后再试",
    "lookup_slow": "输错次数太多，请 {seconds} 秒后再试",
    "lookup_slow_minutes": "输错次数太多，请 {minutes} 分钟后再试",
    "ask": "查询",
    "close": "返回",
    "case_title": "您的反馈进度",
    "case_by": "预计 {when} 前答复",
    "case_now": "现在",
    "case_privacy": "这里不显示任何个人信息",
    "step_received": "已收到",
    "step_acknowledge": "店长已接手",
    "step_assign": "已转给负责的同事",
    "step_contact": "已与您联系",
    "step_propose": "已提出解决办法",
    "step_resolve": "已处理",
    "step_verify": "已核实",
    "step_close": "已办结",
    "step_reopen": "重新处理",
    "next_acknowledge": "店长接手",
    "next_resolve": "处理",
    "next_close": "办结",
    "promised": "店长会在 {when} 前答复",
    "code_ticket": "凭编号可在任何一台终端查进度",
    "joy": "您的一点，让小店更好",
    "receipt_key": "输入小票号",
    "receipt_title": "请输入小票号的最后几位",
    "receipt_hint": "至少 4 位，方便我们查到这次购物",
    "receipt_empty": "小票号末几位",
    "receipt_kept": "小票 …{last}",
    "receipt_read": "小票 …{last} 已读到，请点一下评价",
    "selling": "等结账的时候，点一下就好\u00a0· 匿名",
    "still_there": "还在吗？",
    "still_here": "我还在",
    "still_left": "{seconds} 秒后返回首页",
    "closed_title": "现在是休息时间",
    "closed_opens": "{when} 再为您服务",
    "closed_text": "感谢您，欢迎下次光临",
    "promise_urgent": "我们会立即通知店长",
    "promise_contact": "店长会尽快给您回电",
    "promise_unhappy": "您的反馈会转交店长处理",
    "promise_neutral": "我们会努力做得更好",
    "promise_happy": "我们会把您的鼓励转告同事",
}

_EN = {
    "hint": "Touch a face\u00a0· anonymous\u00a0· three seconds",
    "qr_title": "Would you like to say more?",
    "qr_hint": "Scan to write on your phone",
    "sorry": "We are sorry. What went wrong?",
    "middling": "What could we do better?",
    "glad": "Wonderful! What did you like?",
    "several": "Choose as many as you like",
    "skip": "Skip",
    "write": "Write",
    "next": "Next",
    "note_title": "What would you like to tell us?",
    "note_empty": "Touch a phrase or use the keys. Please leave out names and numbers.",
    "note_phone_title": "Write on your own phone",
    "note_phone_hint": "Scan to type or dictate, in your own time",
    "note_full": "it is full",
    "key_pinyin": "拼音",
    "key_english": "English",
    "key_signs": "123 ?!",
    "key_letters": "abc",
    "key_choose": "choose",
    "key_more": "More words",
    "key_back": "Earlier words",
    "back": "Back",
    "done": "Done",
    "space": "space",
    "contact_title": "Shall the manager call you?",
    "contact_hint": "Leave a number to be called back. We act either way.",
    "contact_empty": "Enter your telephone number",
    "contact_agree": "Now tick the box, so that we may call",
    "contact_check": "This number cannot be right. Please check it",
    "consent": "You may call me about this feedback only",
    "erase": "Erase",
    "no_contact": "No call",
    "submit": "Send",
    "thanks": "Thank you!",
    "code": "Your feedback code",
    "code_keep": "Keep it to ask what came of it",
    "code_scan": "Scan to see what comes of it",
    "finish": "Finish",
    "returns": "Back in {seconds} s",
    "sorry_title": "We cannot take feedback right now",
    "sorry_text": "The terminal is mending itself. Please tell our staff; they will help at once.",
    "staff_alarm": "Staff",
    "staff_more": "{count} in all",
    "staff_instruction": "Staff",
    "alarm_general": "Urgent shopper feedback",
    "hint_scale": "Touch a number\u00a0· anonymous\u00a0· three seconds",
    "private": "No camera here",
    "text_large": "Large text",
    "text_normal": "Normal",
    "problems": "Did you notice these too?",
    "me_too": "Me too",
    "fixed_now": "Fixed now",
    "voted": "Thank you, noted",
    "lookup": "Follow a case",
    "lookup_title": "Enter your feedback code",
    "lookup_hint": "It was on the thank-you screen: 8 to 12 characters",
    "lookup_asking": "One moment…",
    "lookup_unknown": "We do not know this code. Please check it again",
    "lookup_away": "Headquarters cannot be reached now. Please try later",
    "lookup_slow": "Too many wrong codes. Try again in {seconds} s",
    "lookup_slow_minutes": "Too many wrong codes. Try again in {minutes} min",
    "ask": "Look up",
    "close": "Back",
    "case_title": "How your case stands",
    "case_by": "An answer is due: {when}",
    "case_now": "Now",
    "case_privacy": "No personal data is shown here",
    "step_received": "Received",
    "step_acknowledge": "The store manager is on it",
    "step_assign": "Passed to who can mend it",
    "step_contact": "We have been in touch with you",
    "step_propose": "A solution was proposed",
    "step_resolve": "Done",
    "step_verify": "Checked",
    "step_close": "Closed",
    "step_reopen": "Opened again",
    "next_acknowledge": "The store manager takes it on",
    "next_resolve": "We mend it",
    "next_close": "Closed",
    "promised": "The manager answers by {when}",
    "code_ticket": "Any terminal shows how it stands",
    "joy": "Your touch makes this store better",
    "receipt_key": "Add the receipt number",
    "receipt_title": "Enter the last digits of the receipt number",
    "receipt_hint": "Four or more: they tell us which purchase it was",
    "receipt_empty": "Last digits",
    "receipt_kept": "Receipt …{last}",
    "receipt_read": "Receipt …{last} is read. Now touch your answer",
    "selling": "While you wait to pay: one touch\u00a0· anonymous",
    "still_there": "Still there?",
    "still_here": "Yes, I am",
    "still_left": "Back to the start in {seconds} s",
    "closed_title": "We are having a rest",
    "closed_opens": "Open again: {when}",
    "closed_text": "Thank you, and welcome back",
    "promise_urgent": "We are telling the store manager at once",
    "promise_contact": "The store manager will call you soon",
    "promise_unhappy": "The store manager will look into it",
    "promise_neutral": "We will work on doing better",
    "promise_happy": "We will pass your kind words on",
}

_PHRASES_MAILBOX = {
    "zh-CN": ("希望增加", "希望减少", "建议", "指示牌", "购物车", "休息区"),
    "en": ("Please add ", "Fewer ", "Better signs ", "Seats "),
}
_PHRASES_UNHAPPY = {
    "zh-CN": (
        "排队太久，",
        "收银台太少，",
        "服务态度不好，",
        "价签不符，",
        "商品不新鲜，",
        "希望改进。",
    ),
    "en": (
        "The line was too long. ",
        "The price was wrong. ",
        "It was not fresh. ",
        "Please improve. ",
    ),
}
_PHRASES_HAPPY = {
    "zh-CN": ("服务很热情，", "结账很快，", "商品新鲜，", "价格实惠，", "环境干净，", "继续保持！"),
    "en": ("Very friendly staff. ", "Quick checkout. ", "Fresh goods. ", "Keep it up! "),
}


_PHRASES: Mapping[Mood | None, Mapping[str, tuple[str, ...]]] = {
    Mood.UNHAPPY: _PHRASES_UNHAPPY,
    Mood.MIDDLING: _PHRASES_UNHAPPY,
    Mood.HAPPY: _PHRASES_HAPPY,
    None: _PHRASES_MAILBOX,
}


def text(language: str, key: str, own: Mapping[str, Mapping[str, str]] = _NONE) -> str:
    """Return a text of the screens in `language`; Chinese when the language is unknown.

    `own` are a chain's own words by language and key; KeyError when nobody knows the key.
    """
    return own.get(language, _NONE).get(key) or (_EN if language == "en" else _ZH)[key]


def phrases(language: str, mood: Mood | None) -> tuple[str, ...]:
    """Return ready phrases for a note; `mood` None: for the mailbox."""
    source = _PHRASES[mood]
    return source.get(language, source["zh-CN"])


def screen_texts() -> Mapping[str, str]:
    """Return the texts of the screens by key, with the {names} that each has."""
    return MappingProxyType(_ZH)


def all_texts() -> list[str]:
    """Return every text that a screen can show, for the check that no glyph is missing."""
    ready = [words for source in _PHRASES.values() for words in source.values()]
    return [*_ZH.values(), *_EN.values(), *LANGUAGES.values(), *(p for row in ready for p in row)]
