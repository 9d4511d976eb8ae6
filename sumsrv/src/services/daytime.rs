//! Daytime, RFC 867: one line with the date and time, whatever the peer says; then the end of the stream.

use std::time::{SystemTime, UNIX_EPOCH};

use super::next::Next;

pub(super) fn answer(replies: &mut Vec<u8>) -> Next {
    // A clock that is before 1970 is wrong in any case, and is taken for 1970.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    replies.extend(line(since.unwrap_or_default().as_secs()).into_bytes());
    Next::Said
}

const WEEKDAYS: [&str; 7] = [
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The first of the two syntaxes that RFC 867 calls popular: `Weekday, Month Day, Year Time-Zone`. The time zone is always UTC.
fn line(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // The first of January 1970 was a Thursday.
    let weekday = nth(&WEEKDAYS, days % 7);
    let (year, month, day) = date(days);
    format!(
        "{weekday}, {month} {day}, {year} {:02}:{:02}:{:02}-UTC\r\n",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Year, month and day of a day counted from the first of January 1970.
fn date(days: u64) -> (u64, &'static str, u64) {
    // 400 years are 146,097 days. The years that are left are counted one by one.
    let (mut year, mut day) = (1970 + days / 146_097 * 400, days % 146_097);
    while day >= 365 + leap(year) {
        day -= 365 + leap(year);
        year += 1;
    }
    let lengths = [31, 28 + leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    for length in lengths {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, nth(&MONTHS, month), day + 1)
}

/// 1 in a leap year, else 0.
fn leap(year: u64) -> u64 {
    let leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    u64::from(leap)
}

fn nth(names: &[&'static str], index: u64) -> &'static str {
    let name = usize::try_from(index)
        .ok()
        .and_then(|index| names.get(index));
    name.copied().unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_found_across_leap_years_and_centuries() {
        for (seconds, expected) in [
            (0, "Thursday, January 1, 1970 00:00:00-UTC\r\n"),
            (86_399, "Thursday, January 1, 1970 23:59:59-UTC\r\n"),
            (951_782_400, "Tuesday, February 29, 2000 00:00:00-UTC\r\n"),
            (951_868_800, "Wednesday, March 1, 2000 00:00:00-UTC\r\n"),
            (2_147_483_648, "Tuesday, January 19, 2038 03:14:08-UTC\r\n"),
            (4_107_542_399, "Sunday, February 28, 2100 23:59:59-UTC\r\n"),
            (4_107_542_400, "Monday, March 1, 2100 00:00:00-UTC\r\n"),
            (
                253_402_300_799,
                "Friday, December 31, 9999 23:59:59-UTC\r\n",
            ),
        ] {
            assert_eq!(line(seconds), expected);
        }
    }

    #[test]
    fn the_line_is_printable_ascii_and_its_end() {
        let mut replies = Vec::new();
        assert_eq!(answer(&mut replies), Next::Said);
        let line = replies.strip_suffix(b"\r\n").unwrap();
        assert!(line.iter().all(|octet| (0x20..0x7f).contains(octet)));
    }
}
