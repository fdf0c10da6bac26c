"""The board's words in Chinese and English; topics have theirs in grading."""

from __future__ import annotations

from collections.abc import Mapping

from grading.topics import TOPICS

LANGUAGES = ("zh-CN", "en")

_WORDS: Mapping[str, tuple[str, str]] = {
    "board": ("店内看板", "Store board"),
    "other_language": ("English", "中文"),
    "sign_in": ("登录", "Sign in"),
    "sign_in_why": ("请输入本店看板 PIN", "Enter this store's board PIN"),
    "sign_out": ("退出", "Sign out"),
    "pin": ("PIN", "PIN"),
    "wrong_pin": ("PIN 不对，请再试一次", "That PIN is wrong, try again"),
    "too_many": ("试错太多，请一分钟后再试", "Too many wrong tries; wait a minute"),
    "to_board": ("回到看板", "Back to the board"),
    "not_allowed": ("请先登录，再试一次", "Sign in first, then try again"),
    "no_page": ("没有这个页面", "There is no such page"),
    "too_long": ("提交的内容太长", "What was sent is too long"),
    "not_filled_in": (
        "没有填写完整，请返回重填",
        "Something was not filled in; go back and try again",
    ),
    "not_possible": ("这一步没有成功", "That did not work"),
    "hq_there": ("总部已连接", "HQ connected"),
    "hq_cut": ("总部断线，自 {since} 起", "HQ cut off since {since}"),
    "all_sent": ("全部已送达", "All delivered"),
    "waiting": ("{n} 条等待送出", "{n} waiting here"),
    "kept_safe": ("反馈照常保存，恢复后自动补送", "Feedback is kept here and sent later"),
    "storage": ("存不下了：新反馈暂不确认", "Storage trouble: new feedback is not confirmed"),
    "page_cut": ("此页面与网关断开，正在重连…", "This page lost the gateway; reconnecting…"),
    "no_alarm": ("没有待处理的警报", "No alarms"),
    "no_alarm_more": (
        "顾客反映安全、过敏等紧急情况时，这里会立即变红并响铃",
        "This turns red and sounds at once when a shopper reports danger",
    ),
    "alarms_one": ("紧急警报", "Urgent alarm"),
    "alarms_many": ("{n} 条紧急警报", "{n} urgent alarms"),
    "code": ("反馈编号", "Case code"),
    "no_code": ("顾客未留编号", "no case code"),
    "since": ("已等待", "Waiting"),
    "take_charge": ("负责处理", "Take charge"),
    "take_who": ("谁来处理？", "Who takes charge?"),
    "name": ("姓名", "Name"),
    "cancel": ("取消", "Cancel"),
    "taken": ("{by} 已负责", "{by} is on it"),
    "taken_title": ("今天已处理", "Taken charge today"),
    "sound_on": ("开启响铃", "Turn sound on"),
    "sound_is_on": ("响铃已开", "Sound on"),
    "today": ("今天的评价", "Ratings today"),
    "satisfied": ("满意率", "satisfied"),
    "receipts": ("小票 {n} 张", "{n} receipts"),
    "latest": ("最新评价", "Latest ratings"),
    "none_yet": ("今天还没有评价", "No ratings yet today"),
    "receipt": ("小票", "Receipt"),
    "devices": ("设备", "Devices"),
    "online": ("在线", "online"),
    "offline": ("离线", "offline"),
    "tills": ("收银台", "Tills"),
    "wait": ("约 {n} 人在等 · {minutes} 分钟", "about {n} waiting · {minutes} min"),
    "more_tills": ("另有 {n} 个正常", "{n} more are fine"),
    "nobody_waits": ("无人等候", "nobody waits"),
    "reading": ("读取中", "reading"),
    "reader": ("读取设备", "Reader"),
    "reader_receipts": ("小票", "Receipts"),
    "reader_scanner": ("扫码枪", "Scanner"),
    "reader_keypad": ("评价键盘", "Keypad"),
    "reader_pad": ("评价按键", "Feedback pad"),
    "reader_display": ("顾客显示屏", "Customer display"),
    "reader_cards": ("读卡器", "Card reader"),
    "reader_is": ("{reader}：{state}", "{reader}: {state}"),
    "reader_gone": ("收不到信号，请检查电源和接线", "no signal; check its power and cable"),
    "reader_encoding": (
        "文字编码不对，建议改成 {encoding}",
        "wrong text encoding; try {encoding}",
    ),
    "reader_speed": ("收到乱码，请核对波特率", "unreadable; check the baud rate"),
    "reader_suspect": ("数据异常，请核对端口设置", "looks wrong; check the port's settings"),
    "settings_wrong": (
        "设置文件改错了，仍按原来的设置运行",
        "The settings file has a mistake; readers go on as before",
    ),
    "recording": (
        "正在加密录制原始数据：{reader}，{until} 自动停止",
        "Raw data is being recorded, encrypted: {reader}; ends at {until}",
    ),
    "do_it": ("我来安排", "I'll see to it"),
    "seen_to": ("{by} 正在安排", "{by} is seeing to it"),
    "because_wait_s": ("预计要等 {minutes} 分钟", "a wait of about {minutes} min"),
    "because_waiting": ("约 {n} 人在排队", "about {n} in line"),
    "because_pace": ("每分钟 {n} 件", "{n} items a minute"),
    "because_arrivals": ("每小时来 {n} 人", "{n} people an hour"),
    "device_waiting": ("{n} 条未送到总部", "{n} not at HQ yet"),
    "held_back": ("上传过多，暂缓接收", "sends too much, has to wait"),
    "refused": ("{n} 条消息被拒收", "messages refused: {n}"),
    "replaying": (
        "设备正在补发网关缺的 {n} 条",
        "{n} events this gateway lost are being sent again",
    ),
    "replayed": ("设备已补发 {n} 条记录（{at}）", "{n} lost events were sent again ({at})"),
    "doubted": ("{share}% 存疑，已标记", "{share}% doubted, and marked"),
    "problems": ("待解决的问题", "Open problems"),
    "voices": ("{n} 人反映", "{n}×"),
    "survey_version": ("问卷版本", "version of the survey"),
    "instruction": ("总部指示", "From HQ"),
    "unknown_place": ("未标明位置", "place unknown"),
    "score_1": ("非常不满", "Very dissatisfied"),
    "score_2": ("不太满意", "Dissatisfied"),
    "score_3": ("一般", "Neutral"),
    "score_4": ("满意", "Satisfied"),
    "score_5": ("非常满意", "Very satisfied"),
}


class Words:
    """The words in one language."""

    def __init__(self, language: str) -> None:
        """Take Chinese for a language that there is none of."""
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self.other = LANGUAGES[1 - LANGUAGES.index(self.language)]

    def __call__(self, key: str, **values: object) -> str:
        """Return the words for a key, with the values put in."""
        return _WORDS[key][LANGUAGES.index(self.language)].format(**values)

    def topic(self, topic: str) -> str:
        """Return a topic in words; its id when a newer survey brought it."""
        known = TOPICS.get(topic)
        if known is None:
            return topic.replace("_", " ")
        return known.zh if self.language == "zh-CN" else known.en

    def of(self, texts: Mapping[str, str], otherwise: str) -> str:
        """Return a text that comes by language."""
        return texts.get(self.language) or next(iter(texts.values()), otherwise)
