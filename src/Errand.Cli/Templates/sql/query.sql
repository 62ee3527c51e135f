-- Each CSV file of /data is a table and each SQLite database a schema, named after the file up to its first dot. Each SELECT leaves a CSV file.
-- Groups too small to hide one person in stay inside: choose the number with the owner of the data.
SELECT year, count(*) AS patients, avg(cost) AS cost
FROM visits
GROUP BY year
HAVING count(*) >= 10
ORDER BY year;
