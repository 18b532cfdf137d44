"""What people write, in five languages, and how a careful expert would judge it by the criteria (practice.md 2.2)."""

import pytest

from tests.domain.case.test_judging import verdict

MAILS = [
    (
        "SEV1",
        "Checkout",
        "Good morning, I hope you are well. Since 07:40 UTC our checkout returns an error for every customer, so we have not taken an order in two hours. We would be grateful for your help. Kind regards",
    ),
    ("no", "Reports", "Could you tell me whether the monthly report can be exported to Excel? No hurry at all."),
    ("no", "Idea", "It would be great if the dashboard had a dark mode. Our team would love that!"),
    (
        "no",
        "Invoice question",
        "Invoice 4471 lists 14 seats but we have 12. Could you check and send a corrected one? Thanks",
    ),
    ("no", "Thanks", "Thank you so much, the fix works perfectly. Have a great weekend!"),
    ("no", "URGENT!!! ASAP", "URGENT!!! PLEASE CALL ME ASAP!!! I NEED TO KNOW HOW TO CHANGE MY PROFILE PICTURE!!!"),
    (
        "SEV1",
        "Wrong patient data",
        "One of our nurses opened a record and saw the medication list of a different patient. Nobody was harmed. Please look at this at once.",
    ),
    ("SEV3", "Login", "One of my colleagues cannot sign in since this morning, everybody else is fine."),
    (
        "SEV1",
        "API key on GitHub",
        "We noticed that your public repository contains what looks like an API key of our tenant.",
    ),
    ("SEV4", "Typo", "There is a typo in the footer of the login page: 'Pasword'. Not important."),
    (
        "SEV2",
        "Third time",
        "This is the third time this month that the nightly sync has failed. We were promised a permanent fix on 3 November. If it happens again we will have to look at alternatives.",
    ),
    (
        "SEV3",
        "No reply",
        "I wrote twice last week about the broken label printing and nobody has answered. Your SLA says four hours.",
    ),
    (
        "SEV1",
        "Bestellungen",
        "Guten Tag, seit heute 6 Uhr kommen bei uns keine Bestellungen mehr an, alle 38 Filialen sind betroffen. Vielen Dank für Ihre Hilfe.",
    ),
    ("no", "Frage", "Kann man den Bericht auch als PDF bekommen? Hat Zeit."),
    ("no", "Wunsch", "Schön wäre eine Suche nach Kundennummer in der App."),
    ("SEV3", "Abmeldung", "Ein Kollege wird alle paar Minuten abgemeldet, er kann aber weiterarbeiten."),
    ("SEV1", "Datenschutz", "Eine Mitarbeiterin konnte Gehaltsabrechnungen einer fremden Firma sehen."),
    ("no", "Danke", "Vielen Dank, jetzt läuft alles wieder einwandfrei!"),
    (
        "SEV2",
        "Kündigung",
        "Wenn das Problem bis Freitag nicht behoben ist, kündigen wir den Vertrag. Die Schnittstelle fällt seit drei Wochen immer wieder aus.",
    ),
    (
        "SEV1",
        "Caisses",
        "Bonjour, depuis 9 h aucune caisse de nos 12 magasins n'enregistre les ventes. Merci de votre aide.",
    ),
    ("no", "Question", "Est-il possible d'ajouter un deuxième administrateur ? Rien d'urgent."),
    ("SEV2", "Lenteur", "L'application met plus d'une minute à afficher une fiche client, toute l'équipe est gênée."),
    ("no", "Merci", "Merci beaucoup, tout refonctionne."),
    ("SEV1", "Données", "Un client a reçu par erreur la facture d'un autre client avec ses coordonnées bancaires."),
    (
        "SEV2",
        "Relance",
        "Je vous relance pour la troisième fois : les exports comptables sont faux depuis le 2 et la clôture est demain à 18 h.",
    ),
    ("no", "Suggestion", "Ce serait bien de pouvoir trier la liste par date."),
    (
        "SEV1",
        "Pedidos",
        "Buenos días: desde las 8:00 ningún almacén puede imprimir etiquetas y los camiones están esperando. Gracias por su ayuda.",
    ),
    ("no", "Consulta", "¿Se puede cambiar el idioma de la aplicación? Sin prisa."),
    ("SEV3", "Error", "Un usuario no puede abrir el informe de ventas, los demás sí."),
    ("no", "Gracias", "Muchas gracias, ya funciona todo correctamente."),
    ("SEV1", "Datos", "Hemos visto en nuestro panel los pedidos de otra empresa."),
    (
        "SEV1",
        "障害",
        "お世話になっております。今朝8時から全店舗で決済ができなくなっております。至急ご確認をお願いいたします。",
    ),
    ("no", "質問", "レポートをCSVで出力することは可能でしょうか。急ぎではありません。"),
    ("no", "お礼", "ご対応ありがとうございました。問題なく動作しております。"),
    ("SEV2", "遅延", "先週から画面の表示に30秒以上かかり、全員の業務に支障が出ています。"),
    ("SEV1", "情報", "他社のお客様の注文情報が当社の画面に表示されました。"),
    ("SEV3", "一名", "担当者一名のみログインできません。他の者は問題ありません。"),
    (
        "SEV1",
        "Alarm",
        "The gas alarm in hall 3 did not reach the control room last night although the sensor fired. Nobody was injured.",
    ),
    (
        "SEV2",
        "Backup",
        "After the migration about 3,000 orders from October are gone and we cannot find them anywhere.",
    ),
    ("no", "Maintenance", "Will there be downtime during Saturday's maintenance window?"),
    ("no", "Please call", "Could somebody please call me about the roadmap? My number is +44 20 7946 0000."),
    (
        "SEV1",
        "Is something wrong?",
        "Is there a problem with your service? None of our dispatchers has been able to open the board since six this morning.",
    ),
    ("SEV1", "Quick question", "Quick question: why do all our customers get a blank page at checkout since 9 am?"),
    (
        "SEV1",
        "Frage",
        "Könnten Sie bitte prüfen, warum seit heute Morgen in keiner unserer Filialen mehr kassiert werden kann?",
    ),
    (
        "SEV2",
        "Kurze Frage",
        "Ist bei Ihnen etwas bekannt? Unsere Lagerarbeiter kommen seit 5 Uhr nicht mehr ins System.",
    ),
    ("SEV2", "Question", "Savez-vous pourquoi nos chauffeurs ne reçoivent plus leurs tournées depuis ce matin ?"),
    ("SEV2", "Pregunta", "¿Pueden decirnos por qué desde ayer no llegan las facturas a nuestros clientes?"),
    ("SEV2", "お問い合わせ", "今朝から受注データが届いていないのですが、何か障害が発生しているのでしょうか。"),
    ("no", "My data", "Under Article 15 GDPR I request a copy of all personal data you hold about me."),
    (
        "no",
        "Auskunft",
        "Hiermit verlange ich Auskunft nach Art. 15 DSGVO über die zu meiner Person gespeicherten Daten.",
    ),
    ("no", "Suppression", "Conformément au RGPD, je vous demande d'effacer toutes les données me concernant."),
    ("no", "Borrado", "Solicito la supresión de mis datos personales conforme al RGPD."),
    ("no", "開示請求", "個人情報保護法に基づき、私の個人情報の開示と削除を請求いたします。"),
    (
        "SEV3",
        "Gracias",
        "Muchas gracias por la nueva versión, está muy bien. Solo una cosa: desde el cambio las etiquetas salen cortadas en dos tiendas.",
    ),
    ("SEV2", "Bravo", "Bravo pour la nouvelle interface ! Seul bémol : depuis hier les exports sont vides."),
    (
        "SEV2",
        "Lob",
        "Die neue Version gefällt uns sehr. Allerdings werden seit dem Update keine Lieferscheine mehr gedruckt.",
    ),
    ("SEV2", "お礼と一点", "新しい画面は大変使いやすく感謝しております。ただ、更新後から請求書が印刷されません。"),
    (
        "SEV1",
        "Alarm not received",
        "The fire panel triggered at 02:10 but nobody on call got the alert. We found out by chance.",
    ),
    ("SEV1", "Alarm", "Der Notruf aus Aufzug 3 ist heute Nacht nicht in der Leitstelle angekommen."),
    ("SEV1", "Dosage", "L'application affiche une dose dix fois trop élevée pour deux patients."),
    (
        "SEV2",
        "Deleted",
        "Someone ran your bulk update and now 12,000 customer addresses are empty. Can you restore them?",
    ),
    ("SEV2", "Verlust", "Seit der Migration fehlen uns alle Belege vom Oktober."),
    ("SEV2", "Perte", "Toutes les commandes saisies hier ont disparu de la base."),
    ("SEV2", "Pérdida", "Han desaparecido los pedidos de la semana pasada."),
    ("SEV2", "消失", "昨日入力したデータがすべて消えてしまいました。"),
    ("no", "Schulung", "Bieten Sie im Januar eine Schulung für neue Anwender an?"),
    ("no", "Facture", "Pouvez-vous nous renvoyer la facture d'octobre ? Merci."),
    ("no", "Demostración", "Nos gustaría ver una demostración del módulo de informes."),
    ("no", "資料", "製品カタログを送っていただけますか。"),
    ("SEV3", "Staging", "Our test environment has been down since yesterday. Production is fine."),
    ("SEV3", "Testsystem", "Das Testsystem ist nicht erreichbar, die Produktion läuft normal."),
    (
        "SEV2",
        "Angry",
        "This is a disgrace. Third outage this month, I have no trust left and my director wants to know why we pay you. Orders are down again.",
    ),
    (
        "SEV1",
        "Colère",
        "C'est inadmissible, personne ne répond et nos caisses sont bloquées depuis deux heures dans tous les magasins.",
    ),
    ("SEV1", "Seguridad", "Creemos que alguien ha entrado en nuestra cuenta de administrador sin permiso."),
    (
        "SEV1",
        "Sicherheit",
        "Im Protokoll sehen wir Anmeldungen aus einem Land, in dem wir niemanden haben, mit dem Konto unseres Administrators.",
    ),
    ("SEV1", "不正", "管理者アカウントに不正なログインの形跡があります。"),
    (
        "SEV3",
        "Billing",
        "Your finance team debited us twice in October, 2,480 EUR each time. Please credit the second one.",
    ),
    ("SEV3", "Invoice 20981", "We are contesting invoice 20981, the seats on it were never ordered."),
    (
        "SEV3",
        "Lastschrift",
        "Uns wurde der Jahresbeitrag zweimal abgebucht. Wir bitten um Erstattung der zweiten Lastschrift.",
    ),
    ("SEV3", "Prélèvement", "Nous contestons le dernier prélèvement, il ne correspond pas au contrat."),
    ("SEV3", "Cobro", "En marzo nos cobraron el doble de lo acordado y pedimos la devolución del importe."),
    ("SEV3", "ご請求", "先月分が二重請求となっております。ご確認をお願いいたします。"),
    ("SEV2", "Payments", "Since Monday some guests have been charged twice by the payment page."),
    ("SEV2", "Zahlung", "Seit gestern werden unsere Kunden an der Kasse doppelt belastet."),
    ("SEV2", "Import", "Der Import bricht ab, Datenverlust gab es aber keinen."),
    ("SEV2", "Synchronisation", "La synchronisation est en panne depuis midi. Aucune donnée n'a été perdue."),
    ("SEV2", "Copia", "La copia falló esta noche; pérdida de datos no hubo."),
    ("SEV1", "Alarma", "Saltó el detector de humo de la planta y la aplicación no avisó del incendio al retén."),
    (
        "no",
        "Contract",
        "Our subscription comes up for renewal in June, and I would like to talk about the renewal conditions.",
    ),
    ("no", "Vertrag", "Im Mai steht die Vertragsverlängerung an, wir würden gern über die Konditionen sprechen."),
    ("no", "Contrat", "Pourriez-vous nous envoyer un devis pour le renouvellement de notre abonnement ?"),
    ("no", "Contrato", "Nos gustaría comentar la renovación del contrato y recibir una oferta."),
    ("no", "更新", "来月の契約更新について、見積をいただけますか。"),
    (
        "SEV2",
        "Contract",
        "We will not renew our contract unless the nightly sync, which has failed for a week, is repaired.",
    ),
    ("SEV3", "Dispatch", "The new planning page won't load for two of our planners; with the old page they can go on."),
    (
        "SEV3",
        "Maske",
        "Die neue Erfassungsmaske lädt bei einzelnen Kollegen nicht, über die alte Ansicht können sie weiterarbeiten.",
    ),
    (
        "SEV3",
        "Page",
        "La nouvelle page ne s'affiche plus pour quelques utilisateurs, mais l'ancienne version fonctionne.",
    ),
    ("SEV3", "Vista", "La vista nueva no abre para dos compañeros, con la versión anterior trabajan sin retraso."),
    (
        "SEV1",
        "Screens",
        "The new screen does not work for anybody in any of our 40 depots, and the old screen does not work either. Nobody can dispatch.",
    ),
]


@pytest.mark.parametrize(("expected", "subject", "text"), MAILS)
def test_a_mail_is_judged_as_an_expert_would(expected, subject, text):
    found = verdict(text, subject)
    assert (found.severity.value if found.escalation else "no") == expected, found.fired


@pytest.mark.parametrize(
    "text",
    [
        "The nightly import failed, but no data was lost.",
        "Der Import ist fehlgeschlagen. Datenverlust gab es keinen.",
        "Es sind keine Daten verloren gegangen.",
        "Aucune donnée n'a été perdue.",
        "La importación falló, pérdida de datos no hubo.",
    ],
)
def test_that_nothing_was_lost_is_no_loss(text):
    assert verdict(text).category != "data_integrity"


@pytest.mark.parametrize("text", ["Es sind keine Daten verloren gegangen.", "Aucune donnée n'a été perdue."])
def test_nor_is_anything_down(text):
    assert not any("function_down" in fired.evidence for fired in verdict(text).fired)


def test_a_charge_that_is_disputed_goes_to_the_account_manager():
    found = verdict("We were charged twice for invoice 4471. Please refund the second charge.")
    assert (found.category, found.area, found.next.role) == ("commercial", "billing", "account_manager")


def test_talk_of_a_renewal_goes_to_the_account_manager_unless_something_is_wrong():
    found = verdict("Could we discuss the renewal terms of our contract next week?")
    assert (found.route, found.queue, found.next.role) == ("queue", "account_management", "account_manager")
    assert verdict("Could we discuss the renewal terms of our contract? Orders are down again.").escalation
