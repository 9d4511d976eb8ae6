//! Seconds since 1970 as a date, in UTC, by the proleptic Gregorian calendar.

/// 1990-01-01.
const FIRST_LIKELY: i128 = 631_152_000;
/// 2100-01-01.
const LAST_LIKELY: i128 = 4_102_444_800;
/// Years beyond these are no dates of anybody's.
const MAX_YEAR: i128 = 9999;
const SECONDS_A_DAY: i128 = 86_400;

/// Whether a time is one of a program's that runs these years: from 1990 to 2100.
pub(crate) fn is_likely(seconds: i128) -> bool {
    (FIRST_LIKELY..LAST_LIKELY).contains(&seconds)
}

/// `2024-02-29T23:59:59Z`; `None` for a year beyond 9999 or before 0.
pub(crate) fn date(seconds: i128) -> Option<String> {
    let days = seconds.div_euclid(SECONDS_A_DAY);
    let second = seconds.rem_euclid(SECONDS_A_DAY);
    let (year, month, day) = civil(days)?;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
    ))
}

/// Year, month and day of a number of days since 1970-01-01. Years begin in March, so that the day that some lack is their last.
fn civil(days: i128) -> Option<(i128, i128, i128)> {
    // 719468 days from 0000-03-01 to 1970-01-01; 146097 days in 400 years.
    let days = days.checked_add(719_468)?;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + i128::from(month <= 2);
    (0..=MAX_YEAR).contains(&year).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // `date -u -d @N +%FT%TZ`
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (-2_147_483_648, "1901-12-13T20:45:52Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(date(seconds).as_deref(), Some(expected));
        }
        assert_eq!(date(253_402_300_800), None);
        assert_eq!(date(i128::MAX), None);
    }
}
