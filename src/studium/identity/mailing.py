"""The one door for mails: each is a row that waits in the caller's transaction; a worker sends it.

Every mail has a plain text and the same as simple HTML, says at its end why it came, and carries a
link that stops its like, for people and for mail programs (RFC 2369, RFC 8058).
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from studium.identity import mail_links, notice_rules, notice_words
from studium.identity.models import Mail, MailRefusal, User
from studium.lib import sealing

_PURPOSE = "mails"
_LONGEST_SUBJECT = 200
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,)]")


def queue(
    *,
    address: str,
    topic: str,
    subject: str,
    text: str,
    now: datetime,
    user: User | None = None,
    site: str = "",
    key: str = "",
) -> Mail | None:
    """Let a mail wait to be sent, in the caller's transaction; None for one that must not go out.

    That is one whose `key` was queued before, and one to an address without an account that asked
    for no mail. `text` is the message without its end, in the language that is active; `site` is
    the address of this site (`https://learn.example.org`), which `SITE_URL` is where it is set.
    """
    if user is None and _is_refused(address):
        return None
    if key and Mail.objects.filter(key=key).exists():
        return None
    site = (settings.SITE_URL or site).rstrip("/")
    token = mail_links.token(user_id=user.pk if user else None, address=address, topic=topic)
    stop = f"{site}{reverse('mail_stop', args=[token])}" if site else ""
    words = {"text": text.strip() + _end(topic, stop, user, site), "stop": stop}
    made = Mail.objects.create(
        user=user,
        address=address,
        topic=topic,
        subject=_one_line(subject),
        sealed=sealing.sealed(json.dumps(words), purpose=_PURPOSE),
        key=key,
        created_at=now,
        send_at=now,
    )
    return made


def message(mail: Mail) -> EmailMultiAlternatives | None:
    """The mail as it goes over the wire; None where its words cannot be opened any more."""
    opened = sealing.opened(mail.sealed, purpose=_PURPOSE)
    if opened is None:
        return None
    words = json.loads(opened)
    host = urlsplit(settings.SITE_URL).hostname or "studium.invalid"
    headers = {
        # The same for every try, so that a server that got it twice can tell.
        "Message-ID": f"<{mail.pk}@{host}>",
        "Date": format_datetime(mail.created_at),
        "Auto-Submitted": "auto-generated",
    }
    if words["stop"]:
        headers["List-Unsubscribe"] = f"<{words['stop']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made = EmailMultiAlternatives(mail.subject, words["text"], to=[mail.address], headers=headers)
    made.attach_alternative(as_html(words["text"]), "text/html")
    return made


def as_html(text: str) -> str:
    """A plain text as simple HTML: paragraphs and links, no more."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        end, shown = 0, ""
        for link in _LINK.finditer(paragraph):
            address = escape(link.group())
            shown += escape(paragraph[end : link.start()])
            shown += f'<a href="{address}">{address}</a>'
            end = link.end()
        shown += escape(paragraph[end:])
        parts.append("<p>" + shown.replace("\n", "<br>\n") + "</p>")
    return "<!doctype html>\n<html><body>\n" + "\n".join(parts) + "\n</body></html>\n"


def of_address(address: str) -> User | None:
    """The person whose account has this address."""
    return User.objects.by_email(address)


def _end(topic: str, stop: str, user: User | None, site: str) -> str:
    """Why the mail came and how it is stopped, set off as a signature is."""
    lines = ["", "", "-- "]
    if topic in notice_rules.TOPICS:
        why = _("You get this mail because of your choice for “%(topic)s”.")
        lines.append(why % {"topic": notice_words.topic_name(topic)})
    if stop and topic in notice_rules.TOPICS:
        lines.append(_("Stop these mails: %(link)s") % {"link": stop})
    elif stop:
        lines.append(_("Mails from this site can be stopped here: %(link)s") % {"link": stop})
    if user is not None and site:
        link = f"{site}{reverse('account_mail')}"
        lines.append(_("Choose which mails you want: %(link)s") % {"link": link})
    return "\n".join(lines) + "\n"


def _one_line(subject: str) -> str:
    """A subject without line ends, which would begin another header."""
    return " ".join(subject.split())[:_LONGEST_SUBJECT] or "Studium"


def _is_refused(address: str) -> bool:
    refused = MailRefusal.objects.filter(address_hash=mail_links.address_hash(address))
    return refused.exists()
