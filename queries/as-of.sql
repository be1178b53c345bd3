-- Rows are kept of what was the latest word on any day: last is the day from which on a row may be
-- it, and until the one from which on it is no longer, unless something in its place was taken back.
-- keeps: quantity, last, taken, isOld, isKnown, claim, series_iri
-- asked: day = 9999-12-31
-- without: # and not once for each claim.
-- without: FILTER (?last >= ?notBefore)
-- without: FILTER (!BOUND(?taken) || ?taken > ?day)
-- without: # What its speaker, or another one, has put something in the place of is not the latest word.
-- without: FILTER (!BOUND(?successors))
-- without: # or that was over, where the speaker on the same occasion has a figure of a later time.
-- without: FILTER (!?isOld || !BOUND(?outgrown))
-- without: # Series of the same bearer that are easily taken for this one, with a word that is later for certain.
SELECT number, :day AS as_of, iif(isKnown, (
  SELECT group_concat(name, '; ') FROM (
    SELECT DISTINCT kin_series.name
    FROM kin_series
    WHERE kin_series.series = answer_as_of.series_iri
    AND (
      SELECT max(said_from) FROM latest_word
      WHERE latest_word.series = kin AND said_to <= :day AND coalesce(taken_back > :day, true)
    ) > (
      SELECT max(said_to) FROM series_word
      WHERE series_word.series = kin_series.series AND said_to <= :day AND coalesce(taken_back > :day, true)
    )
    ORDER BY kin_series.name
  )
), NULL) AS later_in
FROM answer_as_of
WHERE until > :day AND last <= :day
AND (NOT unsure OR NOT EXISTS (
  SELECT * FROM latest_word AS word
  WHERE word.taken_back > :day AND word.series = series_iri AND word.said_from > last AND word.said_to <= :day
) AND NOT EXISTS (
  SELECT * FROM successor
  WHERE successor.claim = answer_as_of.claim AND successor.series = series_iri
  AND successor.said_to <= :day AND successor.taken_back > :day
) AND NOT (isOld AND EXISTS (
  SELECT * FROM outgrown WHERE figure = quantity AND outgrown.taken_back > :day
)))
ORDER BY number
-- filled: the first day on which something in its place was there for good, and whether something
-- was that has been taken back.
ALTER TABLE answer_as_of ADD COLUMN until TEXT;
ALTER TABLE answer_as_of ADD COLUMN unsure INTEGER;
UPDATE answer_as_of SET unsure = EXISTS (
  SELECT * FROM latest_word
  WHERE latest_word.taken_back IS NOT NULL AND latest_word.series = series_iri AND said_from > last
) OR EXISTS (
  SELECT * FROM successor
  WHERE successor.claim = answer_as_of.claim AND successor.series = series_iri AND taken_back IS NOT NULL
) OR isOld AND EXISTS (
  SELECT * FROM outgrown WHERE figure = quantity AND outgrown.taken_back IS NOT NULL
);
CREATE TEMP TABLE replaced (series TEXT, said_from TEXT, said_to TEXT);
INSERT INTO replaced
SELECT series, said_from, min(said_to) OVER (PARTITION BY series ORDER BY said_from DESC)
FROM latest_word WHERE taken_back IS NULL;
CREATE INDEX replaced_0 ON replaced (series, said_from);
UPDATE answer_as_of SET until = CASE
  WHEN isOld AND EXISTS (
    SELECT * FROM outgrown WHERE figure = quantity AND outgrown.taken_back IS NULL
  ) THEN ''
  ELSE min(
    coalesce(taken, 'never'),
    coalesce((
      SELECT said_to FROM replaced
      WHERE replaced.series = series_iri AND said_from > last ORDER BY said_from LIMIT 1
    ), 'never'),
    coalesce((
      SELECT min(said_to) FROM successor
      WHERE successor.claim = answer_as_of.claim AND successor.series = series_iri AND taken_back IS NULL
    ), 'never')
  )
END;
DROP TABLE replaced;
