-- Airports by mean delay, of those with ten thousand flights at least.
SELECT origin, count(*) AS flights, round(avg(delay), 2) AS mean_delay, round(avg(distance)) AS mean_distance
FROM flights GROUP BY origin HAVING count(*) >= 10000 ORDER BY mean_delay DESC;
