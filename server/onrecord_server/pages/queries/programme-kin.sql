SELECT DISTINCT k.series, k.kin
FROM kin_series AS k
JOIN series AS s ON s.series = k.series
JOIN series AS other ON other.series = k.kin
WHERE k.series IN (SELECT value FROM json_each(:series))
    AND other.measure_code = s.measure_code
    AND coalesce(other.unit, '') = coalesce(s.unit, '')
    AND coalesce(other.versus, '') = coalesce(s.versus, '')
ORDER BY k.series, k.kin
