"""What the screens for staff say, by language; those for shoppers are in `texts`."""

from __future__ import annotations

_ZH = {
    "pin_title": "请输入员工密码",
    "pin_hint": "仅供店员使用",
    "pin_wrong": "密码不对",
    "pin_locked": "输错次数太多，请 {wait} 后再试",
    "pin_ok": "进入",
    "menu_title": "员工菜单",
    "leave": "退出",
    "back": "返回",
    "link": "与网关的连接",
    "link_up": "正常",
    "link_down": "断开",
    "unknown": "不详",
    "waiting": "待总部确认",
    "lane_urgent": "紧急",
    "lane_bulk": "普通",
    "committed": "总部最近确认",
    "never": "启动后还没有",
    "doubted": "今日可疑评价",
    "doubted_of": "{doubted} / {visits}（{share}%）",
    "disk": "磁盘剩余",
    "addresses": "网络地址",
    "none": "无",
    "place": "门店 · 位置",
    "device": "设备编号",
    "survey": "问卷",
    "program": "程序",
    "touch": "触摸测试",
    "touch_hint": "用手指划满所有格子；十字应在手指下",
    "touch_count": "{done} / {all}",
    "touch_done": "全部正常",
    "clean_30": "锁屏 30 秒",
    "clean_60": "锁屏 60 秒",
    "clean_title": "屏幕已锁定，请放心擦拭",
    "clean_hint": "触摸不会有任何反应，{seconds} 秒后自动恢复",
    "print": "打印自检",
    "printing": "正在打印……",
    "printed": "已送到打印机",
    "print_failed": "打印失败：{why}",
    "speech_on": "语音：开",
    "speech_off": "语音：关",
    "volume_down": "小声",
    "volume_up": "大声",
    "volume_sample": "音量",
    "brightness_down": "调暗",
    "brightness_up": "调亮",
    "restart": "重启程序",
    "restart_sure": "再按一次重启",
    "not_kept": "设置没有保存：磁盘写不进去",
    "minutes": "{count} 分钟",
    "seconds": "{count} 秒",
    "self_test": "自检单",
    "self_test_lines": "打印清晰、文字完整即为正常",
}

_EN = {
    "pin_title": "Staff PIN",
    "pin_hint": "For staff only",
    "pin_wrong": "That is not the PIN",
    "pin_locked": "Too many wrong tries. Try again in {wait}",
    "pin_ok": "Enter",
    "menu_title": "Staff menu",
    "leave": "Leave",
    "back": "Back",
    "link": "Link with the gateway",
    "link_up": "stands",
    "link_down": "down",
    "unknown": "not known",
    "waiting": "Waiting for HQ",
    "lane_urgent": "urgent",
    "lane_bulk": "other",
    "committed": "HQ last confirmed",
    "never": "not since the start",
    "doubted": "Doubted today",
    "doubted_of": "{doubted} of {visits} ({share}%)",
    "disk": "Free on the disk",
    "addresses": "Network addresses",
    "none": "none",
    "place": "Store · place",
    "device": "Device",
    "survey": "Survey",
    "program": "Program",
    "touch": "Touch test",
    "touch_hint": "Paint every field with a finger; the cross should be under it",
    "touch_count": "{done} of {all}",
    "touch_done": "All well",
    "clean_30": "Lock for 30 s",
    "clean_60": "Lock for 60 s",
    "clean_title": "Locked: the screen can be wiped",
    "clean_hint": "Touches do nothing. It ends by itself in {seconds} s",
    "print": "Print a self-test",
    "printing": "Printing …",
    "printed": "Sent to the printer",
    "print_failed": "Not printed: {why}",
    "speech_on": "Speech: on",
    "speech_off": "Speech: off",
    "volume_down": "Softer",
    "volume_up": "Louder",
    "volume_sample": "Volume",
    "brightness_down": "Darker",
    "brightness_up": "Brighter",
    "restart": "Restart the program",
    "restart_sure": "Once more to restart",
    "not_kept": "Not kept: the disk takes nothing",
    "minutes": "{count} min",
    "seconds": "{count} s",
    "self_test": "Self-test",
    "self_test_lines": "It is well when all of this is printed clearly",
}


def staff_text(language: str, key: str) -> str:
    """Return a text of the staff screens in `language`; Chinese when the language is unknown."""
    return (_EN if language == "en" else _ZH)[key]


def all_staff_texts() -> list[str]:
    """Return every text of theirs, for the check that no glyph is missing."""
    return [*_ZH.values(), *_EN.values()]


def span(language: str, seconds: int) -> str:
    """Return a stretch of time in words: seconds below two minutes, else whole minutes."""
    if seconds < 120:
        return staff_text(language, "seconds").format(count=seconds)
    return staff_text(language, "minutes").format(count=-(-seconds // 60))
