"""What a message may hold (Discord's documentation: "Create Message", "Embed Limits", "Component Reference")."""

from bot.demo.loopback.errors import bad_length, invalid_form, refusal, too_long
from bot.demo.loopback.world.models import Json, MessageFlag, walk

MAX_CONTENT = 2000
MAX_EMBEDS = 10
MAX_EMBEDS_TEXT = 6000
MAX_FIELDS = 25
MAX_V2_COMPONENTS = 40
MAX_V2_TEXT = 4000
MAX_ROWS = 5
MAX_IN_ROW = 5
MAX_BUTTON_LABEL = 80
MAX_CUSTOM_ID = 100
MAX_NONCE = 25
LINK_STYLE = 5
EMBED_TEXTS = {"title": 256, "description": 4096, "footer.text": 2048, "author.name": 256}
FIELD_TEXTS = {"name": 256, "value": 1024}


def check_message(body: Json, *, has_files: bool = False) -> None:
    """Refuse with 50006 an empty message, with 50035 one over a limit. `body` is as it will be stored."""
    content, embeds = body.get("content") or "", body.get("embeds") or []
    components = body.get("components") or []
    if len(content) > MAX_CONTENT:
        raise too_long("content", MAX_CONTENT)
    if int(body.get("flags") or 0) & MessageFlag.IS_COMPONENTS_V2:
        _check_v2(body, components)
        return
    if not (content.strip() or embeds or components or has_files or body.get("sticker_ids") or body.get("poll")):
        raise refusal(50006)
    _check_embeds(embeds)
    if len(components) > MAX_ROWS:
        raise bad_length("components", 1, MAX_ROWS)
    for index, row in enumerate(components):
        if row.get("type") != 1:
            raise invalid_form(
                {f"components.{index}.type": ("UNION_TYPE_CHOICES", "Value of field must be one of (1,).")}
            )
    check_components(components)


def check_nonce(nonce: object) -> None:
    """Refuse a nonce that is too long."""
    if isinstance(nonce, str) and len(nonce) > MAX_NONCE:
        raise too_long("nonce", MAX_NONCE)


def _check_v2(body: Json, components: list[Json]) -> None:
    for field in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(field):
            word = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            sentence = f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            raise invalid_form({field: (word, sentence)})
    if not components:
        raise refusal(50006)
    parts = list(walk(components))
    if len(parts) > MAX_V2_COMPONENTS:
        raise bad_length("components", 1, MAX_V2_COMPONENTS)
    if sum(len(part.get("content", "")) for part in parts if part.get("type") == 10) > MAX_V2_TEXT:
        sentence = f"The total text of all components must be {MAX_V2_TEXT} or fewer in length."
        raise invalid_form({"components": ("COMPONENT_MAX_TOTAL_TEXT_LENGTH", sentence)})
    check_components(components)


def check_components(components: list[Json]) -> None:
    """Refuse with 50035 rows that are too full, buttons without what they need, and ids that occur twice."""
    seen: set[str] = set()
    for part in walk(components):
        if part.get("type") == 1 and not 1 <= len(part.get("components", [])) <= MAX_IN_ROW:
            raise bad_length("components.0.components", 1, MAX_IN_ROW)
        if part.get("type") == 2:
            _check_button(part)
        if part.get("type") == 10 and not part.get("content"):
            raise bad_length("components.0.content", 1, MAX_V2_TEXT)
        custom_id = part.get("custom_id")
        if custom_id is None:
            continue
        if not 1 <= len(custom_id) <= MAX_CUSTOM_ID:
            raise bad_length("components.0.custom_id", 1, MAX_CUSTOM_ID)
        if custom_id in seen:
            raise invalid_form(
                {"components.0.custom_id": ("COMPONENT_CUSTOM_ID_DUPLICATED", "Custom ids cannot repeat")}
            )
        seen.add(custom_id)


def _check_button(button: Json) -> None:
    if len(button.get("label") or "") > MAX_BUTTON_LABEL:
        raise too_long("components.0.label", MAX_BUTTON_LABEL)
    needed = "url" if button.get("style") == LINK_STYLE else "custom_id"
    if not button.get(needed):
        raise invalid_form({f"components.0.{needed}": ("BASE_TYPE_REQUIRED", "This field is required")})
    if needed == "url" and not str(button["url"]).startswith(("http://", "https://", "discord://")):
        sentence = "Scheme must be one of ('http', 'https', 'discord')."
        raise invalid_form({"components.0.url": ("URL_TYPE_INVALID_SCHEME", sentence)})
    if not (button.get("label") or button.get("emoji")):
        raise invalid_form({"components.0.label": ("BASE_TYPE_REQUIRED", "A button needs a label or an emoji")})


def _check_embeds(embeds: list[Json]) -> None:
    if len(embeds) > MAX_EMBEDS:
        raise bad_length("embeds", 0, MAX_EMBEDS)
    total = 0
    for index, embed in enumerate(embeds):
        if len(embed.get("fields", [])) > MAX_FIELDS:
            raise bad_length(f"embeds.{index}.fields", 0, MAX_FIELDS)
        for path, limit in EMBED_TEXTS.items():
            total += _length(embed, path, limit, f"embeds.{index}.{path}")
        for number, field in enumerate(embed.get("fields", [])):
            for path, limit in FIELD_TEXTS.items():
                total += _length(field, path, limit, f"embeds.{index}.fields.{number}.{path}")
    if total > MAX_EMBEDS_TEXT:
        sentence = f"Embed size exceeds maximum size of {MAX_EMBEDS_TEXT}"
        raise invalid_form({"embeds": ("MAX_EMBED_SIZE_EXCEEDED", sentence)})


def _length(source: Json, path: str, limit: int, told_as: str) -> int:
    value: object = source
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    length = len(value) if isinstance(value, str) else 0
    if length > limit:
        raise too_long(told_as, limit)
    return length
