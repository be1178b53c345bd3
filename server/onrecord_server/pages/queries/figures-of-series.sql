SELECT claim, figure, respun, taken_back
FROM (
    SELECT
        f.claim, f.figure, c.respun,
        c.taken_back AND (:as_of = '' OR c.taken_back_by <= :as_of) AS taken_back
    FROM figure AS f
    JOIN claim AS c ON c.claim = f.claim
    WHERE f.series = :series AND (:as_of = '' OR c.said_to <= :as_of)
    ORDER BY c.said_from DESC, f.claim, f.figure LIMIT 200
)
ORDER BY claim, figure
