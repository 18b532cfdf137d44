"""What mail programs and people write around a quote, in the languages our customers use.

Data only. A new language is a new word in each table; `quote.py` and `signature.py` read them.
Languages: en de fr es it pt nl sv da nb pl ja zh, and ru cs fi tr hu uk vi ko where clients
write a fixed phrase.
"""

import re


def listed(*phrases: str) -> tuple[str, ...]:
    """The phrases one by one; each argument holds several, separated by `|`."""
    return tuple(p.strip() for group in phrases for p in group.split("|") if p.strip())


def one_of(*phrases: str) -> str:
    """A pattern for any of the phrases; a space in one matches any white space."""
    words = listed(*phrases)
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in words if w) + ")"


VERBS = listed(
    "wrote|writes|sent|said|writes the following|wrote the following|has written",
    "schrieb|schrieben|hat geschrieben|schreibt|geschrieben|schrieb am",
    "a écrit|a ecrit|écrit|écrivait|a écrit ce qui suit|a envoyé",
    "escribió|escribio|escribió lo siguiente|ha escrito|va escriure",
    "ha scritto|scrisse|scrive|ha scritto quanto segue",
    "escreveu|escreveu o seguinte|escreve",
    "schreef|heeft geschreven|het volgende geschreven|schreef het volgende",
    "skrev|skrev följande|skrev følgende|schrev|har skrevet",
    "napisał|napisała|napisał(a)|napisana przez|napisał/a|pisze|napisano",
    "написал|написала|написал(а)|пишет|писал|пише|написав",
    "va escriure|ha escrit|hat folgendes geschrieben|folgendes geschrieben",
    "napsal|napsal(a)|napsala|napísal|napísal(a)|kirjoitti|yazdı|írta|ezt írta|a scris|đã viết",
    "さんは書きました|が書きました|のメール|は書きました|さんが書きました|のメッセージ",
    "写道|寫道|写到|님이 작성|작성|έγραψε|כתב|pisze",
)
WROTE = one_of(*VERBS)

BEGINS = one_of(
    "On|Am|Le|El|Il giorno|Il|Em|No dia|A|Op|Den|På|W dniu|Dnia|Dne|Vào|Vào lúc|Em qua",
    "Il giorno|Lørdag|Fredag|Torsdag|Tirsdag|Mandag|Onsdag|Søndag|Den|Pe|Kl|At|In|Le jour",
    "Am|Vom|Um|Ti|Dňa|Missatge de|Ha scritto|Em|On behalf of|From|Pada|Tarihinde|Σtis|Στις|В|El dia",
)

ORIGINAL = one_of(
    "Original Message|Original Mail|Original E-Mail|Original Email|Reply message|Reply Message",
    "Original-Nachricht|Ursprüngliche Nachricht|Originalnachricht|Ursprüngliche Mail|Originalmail",
    "Message d'origine|Message d’origine|Message original|Message initial|Courriel original",
    "Mensaje original|Mensaje Original|Messaggio originale|Messaggio Originale|Mensagem original",
    "Mensagem Original|Oorspronkelijk bericht|Origineel bericht|Oorspronkelijke bericht",
    "Ursprungligt meddelande|Originalmeddelande|Oprindelig meddelelse|Original meddelelse",
    "Opprinnelig melding|Original melding|Oryginalna wiadomość|Wiadomość oryginalna",
    "Исходное сообщение|Пересылаемое сообщение|Původní zpráva|Původní e-mail|Alkuperäinen viesti",
    "Orijinal Mesaj|Eredeti üzenet|元のメッセージ|オリジナルメッセージ|原始邮件|原始郵件|原邮件|원본 메시지|원본 메일",
    "Quoted message|Antwort Nachricht|Message précédent",
)

FORWARDED = one_of(
    "Forwarded message|Forwarded Message|Begin forwarded message|Forwarded by|Fwd|Forwarded mail",
    "Weitergeleitete Nachricht|Anfang der weitergeleiteten Nachricht|Weitergeleitet von",
    "Message transféré|Début du message réexpédié|Début du message transféré|Message réexpédié",
    "Mensaje reenviado|Inicio del mensaje reenviado|Messaggio inoltrato|Inizio messaggio inoltrato",
    "Mensagem encaminhada|Mensagem reencaminhada|Início da mensagem reencaminhada",
    "Doorgestuurd bericht|Begin doorgestuurd bericht|Vidarebefordrat meddelande|Vidarebefordrat brev",
    "Vidarebefordrat mejl|Videresendt meddelelse|Videresendt besked|Start på videresendt besked",
    "Videresendt melding|Videresendt e-post|Wiadomość przekazana|Przekazana wiadomość",
    "Treść przekazanej wiadomości|Пересланное сообщение|転送されたメッセージ|転送メッセージ|转发的邮件|轉寄郵件",
)

LABELS: dict[str, str] = {
    "from": "from|von|de|da|van|från|fra|od|差出人|发件人|寄件者|寄件人|от|кому от|lähettäjä|kimden"
    "|feladó|보낸 사람|보낸사람|보낸이|送信者|发件者|odesílatel|від|expéditeur|mittente|remitente|remetente|avsender|afsender"
    "|avsändare|afzender|nadawca|absender|de la|από|šalje|pošiljatelj|saatja|nuo|no|từ|dari|จาก|מאת|من|expeditor|отправитель",
    "sent": "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviado el|enviada|enviada em|fecha|data"
    "|inviato|verzonden|skickat|sendt|dato|wysłano|wysłane|送信日時|日時|日付|发送时间|日期|傳送時間|寄件日期"
    "|отправлено|дата|lähetetty|päivämäärä|tarih|gönderme|elküldve|odesláno|보낸 날짜|날짜|时间|sent at|надіслано"
    "|sent on|date sent|trimis|στάλθηκε|ημερομηνία|enviat|enviat el|изпратено|poslano|odoslané|saadetud|išsiųsta|nosūtīts|đã gửi"
    "|gửi|dikirim|tanggal|ngày|ส่ง|วันที่|נשלח|תאריך|تم الإرسال|تاريخ|pvm|sendetidspunkt|date d'envoi|data invio",
    "to": "to|an|à|a|para|aan|till|til|do|宛先|收件人|收件者|кому|vastaanottaja|kime|címzett|komu|받는 사람|받는사람|받는이"
    "|destinatario|destinataire|destinatário|mottaker|modtager|ontvanger|adresat|empfänger|per|către|προς|per a|до|za|prima|kellele|kam|đến|tới|kepada|ถึง|אל|إلى",
    "cc": "cc|kopie|copie|copie à|cci|bcc|kopia|kopi|抄送|copia|副本|копия|kopio|dw|udw|in kopie|참조|bilgi",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|temat|thema|subiect|θέμα|assumpte|тема на|zadeva|predmet|teema|tema|temats|chủ đề|subjek|perihal|เรื่อง|נושא|الموضوع|件名|主题|主旨|主題"
    "|тема|aihe|konu|tárgy|předmět|제목|re|sujet",
    "other": "reply-to|antwort an|répondre à|responder a|rispondi a|importance|wichtigkeit|priority"
    "|prioritet|attachments|anlagen|pièces jointes|organization|priorität|importancia|bijlagen|bilagor"
    "|vedlegg|newsgroups|reply to|betrifft|svar til|svara till|antwoord aan|załączniki",
}

LABEL: dict[str, str] = {}
for _kind, _words in LABELS.items():
    for _word in _words.split("|"):
        LABEL.setdefault(_word, _kind)

MOBILE = re.compile(
    r"\s*[-–—_*|]{0,3}\s*(?:"
    r"(?:sent|delivered) (?:from|via|with|using|by) (?:my |the )?[^\s.,:;!?]+(?: [^\s.,;!?]+){0,6}"
    r"|(?:sent|delivered) (?:from|via) (?:\S+ ){0,4}\S*(?:yahoo|outlook|mail|samsung|phone|pad|android|blackberry)\S*(?: \S+){0,5}"
    r"|sent via (?:the )?samsung .{1,60}|sent with tuta\b.{0,60}|yahoo mail: search, organi[sz]e, conquer"
    r"|sent from (?:my|a) [^.,;:!?]{2,40}[.,;:]? ?(?:so )?(?:please )?(?:excuse|forgive|pardon) .{2,60}"
    r"|(?:ios|android) ?版 ?outlook ?を入手|获取 ?outlook.{1,40}"
    r"|(?:download|scarica|pobierz|last ned|obtenez|obtén|descargar?|baixe|baixar|transferir|laden sie|installeer|获取|获得|下载|下載|取得|ladda ned)"
    r"(?: \S{1,12}){0,3}? outlook (?:\S{1,10} ){0,3}(?:ios|android)|outlook for (?:ios|android) ?(?:を入手|をダウンロード)"
    r"|get (?:the )?(?:outlook|yahoo mail|bluemail|spark|newton) (?:for|app) .{1,60}|get outlook for .{1,60}"
    r"|(?:diese (?:nachricht|e-mail|mail) wurde )?(?:gesendet|verschickt) (?:von|mit|via|über) \S.{0,60}"
    r"|diese (?:nachricht|e-mail|mail) wurde von mein\w{2} \S.{0,60} (?:gesendet|verschickt)|von samsung (?:mobile|galaxy).{0,20} gesendet"
    r"|(?:von|mit) (?:meinem|meiner|der|meinem/meiner) \S.{0,60} (?:gesendet|verschickt|geschickt)|von unterwegs gesendet"
    r"|outlook für (?:ios|android) .{0,60}|holen sie sich outlook .{1,60}"
    r"|envoyé (?:de|depuis|à partir de|avec|via) \S.{0,60}|télécharge[rz] outlook pour .{1,60}"
    r"|obtenir outlook pour .{1,60}|provenance : \S.{1,40}"
    r"|enviado (?:desde|do|da|de|a partir do|com|con|por|via) \S.{0,60}|obtener outlook para .{1,60}"
    r"|obter o outlook para .{1,60}|inviato (?:da|dal|con|tramite|dall) ?\S.{1,50}|ottieni outlook per .{1,60}"
    r"|(?:verzonden|verstuurd) (?:vanaf|vanuit|met|via|van|door) \S.{0,60}|outlook voor .{1,60} downloaden"
    r"|skickat (?:från|med|via) \S.{0,60}|hämta outlook för .{1,60}"
    r"|sendt (?:fra|med|via) \S.{0,60}|få outlook (?:til|for) .{1,60}|hent outlook (?:til|for) .{1,60}"
    r"|wysłan[eoy]? (?:z|przez|za pomocą) \S.{0,60}|pobierz (?:aplikację )?outlook .{1,60}"
    r"|(?:iphone|ipad|android|携帯|スマートフォン|\S{1,20})から送信(?:されました)?|\S{1,12} ?からの送信"
    r"|(?:从|從|發自|发自)\s?(?:我的|my)\s?\S{1,20}(?:\s?\S{1,20})?(?:发送|傳送|寄出)?|发自我的\s?\S{1,20}|發自我的\s?\S{1,20}"
    r"|отправлено (?:с|из|от) \S.{0,60}|lähetetty \S.{0,60}|odesláno (?:z|ze) \S.{0,60}"
    r"|\S.{0,40}['’]?(?:dan|den|tan|ten|mdan) gönderildi|나의 \S+에서 보냄"
    r")[.*_\s]*\Z",
    re.IGNORECASE,
)

CLOSING = one_of(
    "mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße|herzliche grüße",
    "mit besten grüßen|schöne grüße|liebe grüße|mit freundlichen gruessen|mfg|mit freundlichen grüssen",
    "freundliche grüsse|viele grüsse|beste grüsse|hochachtungsvoll|lg|vg|gruß|grüße",
    "cordialement|bien cordialement|bien à vous|sincères salutations|salutations distinguées|meilleures salutations",
    "très cordialement|cdlt|cdt|saludos|un saludo|saludos cordiales|atentamente|un cordial saludo|cordialmente",
    "atenciosamente|att|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|abraços",
    "cordiali saluti|distinti saluti|saluti|un saluto|met vriendelijke groet|met vriendelijke groeten",
    "vriendelijke groeten|vriendelijke groet|groeten|mvg|hartelijke groet|med vänlig hälsning|vänliga hälsningar",
    "med vänliga hälsningar|hälsningar|mvh|bästa hälsningar|vänligen|med venlig hilsen|venlig hilsen",
    "med venlige hilsner|kærlig hilsen|hilsen|de bedste hilsner|bedste hilsner|kh|vh|med vennlig hilsen",
    "vennlig hilsen|beste hilsen|pozdrawiam|pozdrawiam serdecznie|z poważaniem|z powazaniem|serdecznie pozdrawiam",
    "此致|祝好|顺颂商祺|順頌商祺|terveisin|parhain terveisin|zdvořile|s úctou|saygılarımla|üdvözlettel|cu respect|с наилучшими пожеланиями",
    "z wyrazami szacunku|с уважением|s pozdravem|ystävällisin terveisin",
)

FORMAL = one_of(
    "best regards|kind regards|warm regards|warmest regards|kindest regards|regards|with best regards",
    "with kind regards|sincerely|yours sincerely|yours faithfully|yours truly|sincerely yours|best wishes",
    "with regards|many thanks and regards|thanks and regards|thanks & regards|respectfully|rgds|br|brgds|kr",
)

LEGAL = re.compile(
    r"\s*[*_]{0,3}(?:"
    r"(?:confidentiality|legal|privacy) (?:notice|note|statement|disclaimer)|disclaimer\s*:?\s*\Z|notice:"
    r"|(?:this|the) (?:e-?mail|message|communication|transmission)(?: message)?(?:,? (?:and|including|together with) any[^.]{0,60})?"
    r",? (?:is|are|may|contains?) (?:intended|confidential|privileged|contain|strictly|legally|only)"
    r"|(?:this|diese|cet|este|questa|denna|denne) (?:e-?mail|message|nachricht|correo|mensaje|courriel)[^.]{0,60} (?:checked|scanned|überprüft|geprüft|analysé|comprobado|kontroll)"
    r"|virus-?free\b|virenfrei|sans virus\b|libre de virus|the information (?:contained )?in this (?:e-?mail|message|communication)"
    r"|diese (?:e-?mail|nachricht)[^.]{0,60} (?:enthält|ist|kann|können) [^.]{0,20}vertraulich"
    r"|ce (?:message|courriel|mail)[^.]{0,60}(?:confidentiel|à l'usage exclusif|destinataire)"
    r"|este (?:mensaje|correo)[^.]{0,60}confidencial|questo (?:messaggio|e-?mail)[^.]{0,60}(?:riservat|confidenzial)"
    r"|(?:important:? )?the (?:contents?|information) (?:of|in|contained in|transmitted (?:with|in|by)) (?:this|the) (?:e-?mail|message)[^.]{0,80}(?:confidential|intended|privileged)"
    r"|if you (?:are not|have received this)[^.]{0,40}(?:intended|named|addressee|in error)[^.]{0,80}(?:delete|notify|destroy|disclos|prohibited|recipient)"
    r"|(?:please )?(?:consider|think of|think about) the environment before|bitte (?:denken sie|prüfen sie)[^.]{0,40}umwelt[^.]{0,60}(?:druck|ausdruck)"
    r"|pensez à l'environnement avant|avant d'imprimer|antes de imprimir|prima di stampare|denk aan het milieu"
    r"|dieses? (?:e-?mail|mail|nachricht)[^.]{0,60}vertraulich|der inhalt dieser (?:e-?mail|nachricht)[^.]{0,60}vertraulich"
    r"|la información (?:contenida|incluida)[^.]{0,60}(?:confidencial|destinatario)|le informazioni contenute[^.]{0,80}(?:riservat|confidenzial)"
    r"|de informatie (?:verzonden|in dit)[^.]{0,80}(?:bestemd|vertrouwelijk)|de inhoud van dit (?:e-?mail)?bericht[^.]{0,60}(?:bestemd|vertrouwelijk)"
    r"|det(?:ta|te) (?:e-?post|mejl|meddelande)[^.]{0,60}(?:konfidentiell|fortrolig)|denne (?:e-?mail|e-?post|mail)[^.]{0,60}fortrolig"
    r"|(?:niniejsza|ta) wiadomość[^.]{0,60}(?:poufn|adresat)|treść (?:tej|niniejszej) wiadomości[^.]{0,60}poufn"
    r"|(?:本|此)(?:电子|電子)?(?:邮件|郵件)[^。]{0,40}(?:保密|机密|機密)|(?:本|この)(?:メール|電子メール)[^。]{0,60}(?:機密|秘密)"
    r"|esta mensagem[^.]{0,60}confidencia|dit (?:bericht|e-?mail)[^.]{0,60}vertrouwelijk"
    r")",
    re.IGNORECASE,
)
