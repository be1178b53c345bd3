-- keeps: last
SELECT number, "last" < :today AS passed, :today AS as_of FROM answer_deadlines
ORDER BY number
