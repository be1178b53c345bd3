-- title: Claims, a row an attestation
-- about: Who said what, when, and which source has it, in which words. A claim that several sources report has a row for each. Withdrawn claims and reports are left out.
-- row: attestation
-- text (text): What is claimed, in the curator's words.
-- speakers (text): Names of those who put the claim forward, with "; " between.
-- said_on (EDTF): When the claim was made: a day, or all that is known, such as 2025 or 2025-11-06/...
-- said_from (xsd:date): The first day on which it may have been made.
-- said_to (xsd:date): The last day on which it may have been made.
-- said_basis (text): What the date rests on.
-- modality (text): How the claim is put forward, such as asserted or projected.
-- condition (text): The condition that the claim is made under.
-- outlets (xsd:integer): Number of sources on record that carry the claim, independent or not.
-- taken_back (xsd:boolean): Whether its speaker took the claim back.
-- source_name (text): Title of the source.
-- published_on (EDTF): When the source was published.
-- mode (text): How the source has the claim, such as direct, indirect or headline speech.
-- attribution (text): How the source says whose claim it is, such as named or passive.
-- rendering (text): How quoted words came to differ from those spoken, such as translated; empty where they did not.
-- language (text): Language of the source, as BCP 47 tag.
-- words (text): Words of the source, with " … " between passages; empty where only their places are kept.
-- passages (xsd:integer): Number of passages of the source that have the claim.
-- claim (IRI): The claim.
-- attestation (IRI): The report of the claim by the source.
-- source (IRI): The source.
-- event (IRI): The event at which the claim was made.
-- speaker (IRIs): Those who put the claim forward.
-- topic (IRIs): What the claim is about.

SELECT
    c.text, c.speakers, c.said_on, c.said_from, c.said_to, c.said_basis,
    c.modality, c.condition, c.outlets, c.taken_back,
    p.source_name, p.published_on, p.mode, p.attribution, p.rendering, p.language,
    (SELECT group_concat(words, ' … ') FROM (
        SELECT words FROM passage AS each
        WHERE each.claim = p.claim AND each.attestation = p.attestation
        ORDER BY snapshot, start, passage
    )) AS words,
    count(*) AS passages,
    c.claim, p.attestation, p.source, c.event,
    (SELECT group_concat(actor, ' ') FROM (
        SELECT actor FROM claim_speaker AS s WHERE s.claim = c.claim ORDER BY actor
    )) AS speaker,
    (SELECT group_concat(topic, ' ') FROM (
        SELECT topic FROM claim_topic AS t WHERE t.claim = c.claim ORDER BY topic
    )) AS topic
FROM passage AS p
JOIN claim AS c ON c.claim = p.claim
GROUP BY p.claim, p.attestation
ORDER BY p.claim, p.attestation
