-- For a day by which all was said, whatever is compared with it is the same as for any later one.
-- asked: day = 9999-12-31
-- holds: :day >= (SELECT max(said_to) FROM claim)
SELECT number, :day AS as_of FROM answer_as_of
ORDER BY number
