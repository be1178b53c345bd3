-- title: Figures, a row a figure of a claim
-- about: Which figures claims put forward, in units that can be compared. Those of withdrawn claims are left out.
-- row: figure
-- words (text): The figure as it was stated.
-- comparator (text): How the figure bounds what is counted, such as at least or about.
-- value (xsd:decimal): The figure, in the unit.
-- low (xsd:decimal): The lower end of a range, in the unit.
-- high (xsd:decimal): The upper end of a range, in the unit.
-- unit (text): Unit of the figures, that of the series.
-- per (xsd:duration): The time that the figure is for each of, such as P1Y for a year.
-- valid_for (EDTF): The time that the figure is about.
-- valid_from (xsd:date): The first day that the figure may be about.
-- valid_to (xsd:date): The last day that the figure may be about.
-- text (text): What is claimed, in the curator's words.
-- speakers (text): Names of those who put the claim forward, with "; " between.
-- said_on (EDTF): When the claim was made.
-- said_basis (text): What the date rests on.
-- series_name (text): What is measured.
-- figure (IRI): The figure.
-- claim (IRI): The claim.
-- series (IRI): The series, in which figures can be compared.

SELECT
    f.words, f.comparator, f.value, f.low, f.high, f.unit, f.per,
    f.valid_for, f.valid_from, f.valid_to,
    c.text, c.speakers, c.said_on, c.said_basis,
    (SELECT name FROM thing AS t WHERE t.thing = f.series) AS series_name,
    f.figure, f.claim, f.series
FROM figure AS f
JOIN claim AS c ON c.claim = f.claim
ORDER BY f.series, f.figure
