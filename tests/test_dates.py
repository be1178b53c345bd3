"""Dates in sentences of our own, in each language whose dates are read."""

from datetime import date

import pytest

from onrecord.drafting.dates.reading import dates
from onrecord.records.edtf_bounds import bounds

PUBLISHED = date(2031, 5, 14)  # a Wednesday
SENTENCES = {
    "en": [
        ("The yard will not deliver before 2034.", "/2033"),
        ("They must be there before May 2033.", "/2033-04"),
        ("Half of them will leave before the end of June.", "/2031-06-30"),
        ("It must be done before the end of the year.", "/2031-12-31"),
        ("Output has doubled since the summer of 2029.", "2029-22/.."),
        ("Output has grown since last summer.", "2030-22/.."),
        ("Output has grown since last year.", "2030/.."),
        ("They have waited since 3 March 2030.", "2030-03-03/.."),
        ("They have waited since early 2030.", "2030~/.."),
        ("It will make 120 a year from 2033.", "2033/.."),
        ("It makes 120 a year from 2033 on.", "2033/.."),
        ("Six a month could be made from August.", "2031-08/.."),
        ("The figures are from 2029.", None),
        ("He is a man from May.", None),
        ("They still owe money for 2028.", "2028"),
        ("There is room for 2028 people.", None),
        ("It comes no earlier than 2035.", "2035/.."),
        ("It comes no later than March 2035.", "/2035-03"),
        ("They have until the end of next month.", "../2031-06-30"),
        ("By late summer, she looked for another yard.", "/2030-22"),
        ("It will be there by next spring.", "/2032-21"),
        ("It will be there by the end of next week.", "/2031-05-25"),
        ("It grew in the first half of the year.", "2031-01/2031-06"),
        ("It will grow in the second half of next year.", "2032-07/2032-12"),
        ("It grew in H1 2030.", "2030-01/2030-06"),
        ("It grew in the third quarter of last year.", "2030-35"),
        ("It grew in the fourth quarter of 2030.", "2030-36"),
        ("It fell in last winter.", "2030-24"),
        ("It will open at the end of this year.", "2031~"),
        ("They met late last month.", "2031-04~"),
        ("It will cost more over the next five years.", "2031-05/2036-05"),
        ("She called him over the next two days and was sorry.", None),
        ("I would have liked to be told in January.", "2031-01"),
        ("The ministry published it late on Friday.", "2031-05-09"),
        ("They will meet on Friday.", "2031-05-16"),
        ("Nobody has a free Sunday.", None),
        ("He said in a statement Tuesday that it was late.", "2031-05-13"),
        ("It lasted throughout 2030.", "2030"),
        ("They pay by the week.", None),
    ],
    "de": [
        ("Das Werk will von 2033 an mehr herstellen.", "2033/.."),
        ("Ab August gibt es mehr.", "2031-08/.."),
        ("Ab 2033 Granaten wird es billiger.", None),
        ("Doppelt so viele wie heute.", "2031-05-14"),
        ("Am Morgen war es kalt.", None),
        ("Er kommt morgen.", "2031-05-15"),
        ("Wir haben seit Januar gewartet.", "2031-01/.."),
        ("Wir warten seit dem Sommer 2029.", "2029-22/.."),
        ("Die Fregatten kommen nicht vor 2034.", "/2033"),
        ("Vor 2034 Soldaten sprach er.", None),
        ("Vor drei Jahren war es anders.", "2028~"),
        ("Im vergangenen Jahr war es anders.", "2030"),
        ("Im kommenden Monat wird es anders.", "2031-06"),
        ("Bis Ende Juni ist es fertig.", "/2031-06-30"),
        ("Bis Jahresende ist es fertig.", "/2031-12-31"),
        ("Bis 2033 ist es fertig.", "../2033"),
        ("Ende 2033 ist es fertig.", "2033~"),
        ("Im zweiten Halbjahr 2032 ist es fertig.", "2032-07/2032-12"),
        ("Im ersten Quartal 2032 ist es fertig.", "2032-33"),
        ("Es wuchs im vergangenen Sommer.", "2030-22"),
        ("Es wuchs von 2023 bis 2025.", "2023/2025"),
        ("In den vergangenen zwei Jahren wuchs es.", "2029-05/2031-05"),
        ("Es geschah im Jahr 2029.", "2029"),
        ("Das sagte er am Montag.", "2031-05-12"),
    ],
    "fr": [
        ("Elle comptait neuf employés il y a trois ans.", "2028~"),
        ("Elle a grandi depuis l’été dernier.", "2030-22/.."),
        ("Elle a grandi depuis janvier.", "2031-01/.."),
        ("Elle livrera à partir de 2033.", "2033/.."),
        ("Elle livrera dès septembre 2033.", "2033-09/.."),
        ("Elle a été vendue.", None),
        ("Elle livre plus qu’aujourd’hui.", "2031-05-14"),
        ("Rien ne viendra avant 2034.", "/2033"),
        ("Ce sera prêt avant la fin de l’année.", "/2031-12-31"),
        ("Ce sera prêt d’ici 2033.", "/2033"),
        ("Ce sera prêt d’ici à la fin de l’année.", "/2031-12-31"),
        ("Ce sera prêt d’ici la fin 2033.", "/2033-12-31"),
        ("C’était plus cher l’an dernier.", "2030"),
        ("Ce sera plus cher l’année prochaine.", "2032"),
        ("C’est plus cher cette année.", "2031"),
        ("Ce sera prêt fin 2033.", "2033~"),
        ("Ce sera prêt à l’été 2033.", "2033-22"),
        ("Ce sera prêt au premier semestre 2033.", "2033-01/2033-06"),
        ("Ce sera prêt au deuxième trimestre 2033.", "2033-34"),
        ("Elle a attendu jusqu’en 2029.", "../2029"),
        ("Elle a grandi entre 2023 et 2025.", "2023/2025"),
        ("Il l’a promis jeudi.", "2031-05-08"),
        ("Ces trois dernières années ont été dures.", "2028-05/2031-05"),
        ("Au cours des trois dernières années, elle a grandi.", "2028-05/2031-05"),
        ("Le 3 mai 2030, elle était là.", "2030-05-03"),
    ],
    "it": [
        ("Tre anni fa era diverso.", "2028~"),
        ("È cresciuta dall’estate scorsa.", "2030-22/.."),
        ("È cresciuta da gennaio.", "2031-01/.."),
        ("Produrrà di più dal 2033.", "2033/.."),
        ("Sarà pronto entro il 2033.", "/2033"),
        ("Sarà pronto entro la fine dell’anno.", "/2031-12-31"),
        ("Niente arriverà prima del 2034.", "/2033"),
        ("Costava di più l’anno scorso.", "2030"),
        ("Costava di più lo scorso anno.", "2030"),
        ("Costerà di più il prossimo anno.", "2032"),
        ("Costa di più quest’anno.", "2031"),
        ("Sarà pronto alla fine del 2033.", "2033~"),
        ("Sarà pronto nel primo semestre del 2033.", "2033-01/2033-06"),
        ("Sarà pronto nel terzo trimestre del 2033.", "2033-35"),
        ("Ha aspettato fino al 2029.", "../2029"),
        ("È cresciuta dal 2023 al 2025.", "2023/2025"),
        ("Negli ultimi due anni è cresciuta.", "2029-05/2031-05"),
        ("Lo ha detto ieri.", "2031-05-13"),
        ("Lo ha detto lunedì.", "2031-05-12"),
        ("Il 3 maggio 2030 era là.", "2030-05-03"),
    ],
}


@pytest.mark.parametrize(
    ("language", "sentence", "edtf"),
    [(language, *each) for language, listed in SENTENCES.items() for each in listed],
)
def test_a_sentence_has_its_one_date(language: str, sentence: str, edtf: str | None) -> None:
    found = [one.edtf for one in dates(sentence, language, PUBLISHED)]
    assert found == ([] if edtf is None else [edtf])
    if edtf is not None:
        bounds(edtf)  # raises if it is none


@pytest.mark.parametrize("language", SENTENCES)
def test_without_a_day_of_publication_only_what_is_stated_is_read(language: str) -> None:
    for sentence, _ in SENTENCES[language]:
        for one in dates(sentence, language, None):
            assert one.edtf is None or one.basis == "stated", sentence
