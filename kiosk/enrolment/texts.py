"""What the screen says that sets a kiosk up, by language."""

from __future__ import annotations

_ZH = {
    "title": "设置这台终端",
    "scan": "用扫码枪扫描二维码\n（在总部网页「添加顾客屏」上）",
    "or_type": "没有扫码枪：点输入框，输入代码和网关地址",
    "code": "代码",
    "gateway": "网关地址",
    "code_such_as": "10 个字符",
    "gateway_such_as": "例如 192.168.1.10:8081",
    "erase": "删除",
    "set_up": "开始设置",
    "asking": "正在联系网关…",
    "done": "设置完成",
    "done_place": "{place} · 马上开始",
    "mistyped_code": "代码不对：请核对每个字符",
    "mistyped_gateway": "网关地址不对：应类似 192.168.1.10:8081",
    "unreadable_scan": "这个二维码不是用来设置终端的",
    "unreachable": "连不上这个网关：请检查地址和网线",
    "no_gateway": "这个地址有设备应答，但它不是门店网关",
    "wrong_code": "网关不认识这个代码：请核对，或稍候片刻等它从总部传到",
    "expired": "代码已过期：请在总部页面重新生成",
    "used": "这个代码已经用过：请在总部页面重新生成",
    "slow_down": "输错次数太多：请 {seconds} 秒后再试",
    "not_kept": "设置没有保存成功",
}

_EN = {
    "title": "Set up this terminal",
    "scan": 'Scan the QR code with a scanner\n(on HQ\'s page "Add a kiosk")',
    "or_type": "No scanner? Touch a field and type the code and the gateway's address",
    "code": "Code",
    "gateway": "Gateway",
    "code_such_as": "10 characters",
    "gateway_such_as": "such as 192.168.1.10:8081",
    "erase": "Erase",
    "set_up": "Set up",
    "asking": "Asking the gateway…",
    "done": "All set",
    "done_place": "{place} · starting",
    "mistyped_code": "The code is mistyped: please compare every character",
    "mistyped_gateway": "No address: it should look like 192.168.1.10:8081",
    "unreadable_scan": "This QR code is not for setting up a terminal",
    "unreachable": "Nobody answers there: check the address and the cable",
    "no_gateway": "Something answers there, but it is not the store's gateway",
    "wrong_code": "The gateway does not know this code: compare it, or wait until HQ has told it",
    "expired": "The code has expired: make a new one on HQ's page",
    "used": "The code has been used: make a new one on HQ's page",
    "slow_down": "Too many wrong codes: try again in {seconds} s",
    "not_kept": "The settings could not be kept",
}


def enrolment_text(language: str, key: str, **facts: object) -> str:
    """Return a text in `language`, Chinese when it is unknown; KeyError for an unknown key."""
    return (_EN if language == "en" else _ZH)[key].format(**facts)


def all_enrolment_texts() -> list[str]:
    """Return every text, for the check that no glyph is missing."""
    return [*_ZH.values(), *_EN.values()]
