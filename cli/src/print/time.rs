//! Times as people write them.

/// A time in seconds since 1970, in UTC: `2026-11-25 04:22:50 UTC`.
///
/// The date is found by counting days from the first of March of the year 0, so that a leap day is the
/// last of its year and 400 years always have as many days.
pub fn utc(seconds: u64) -> String {
    const DAY: u64 = 86_400;
    /// Days of 400 years.
    const ERA: u64 = 146_097;
    /// Days from then to the first of January 1970.
    const TO_1970: u64 = 719_468;
    let (days, rest) = (seconds / DAY + TO_1970, seconds % DAY);
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!(
        "{:04}-{month:02}-{date:02} {:02}:{:02}:{:02} UTC",
        era * 400 + year + later,
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

/// A time in milliseconds since 1970, to the second.
pub fn utc_milliseconds(milliseconds: u64) -> String {
    utc(milliseconds / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (951_868_800, "2000-03-01 00:00:00 UTC"),
            (1_709_164_800, "2024-02-29 00:00:00 UTC"),
            (1_735_689_599, "2024-12-31 23:59:59 UTC"),
            (1_795_580_570, "2026-11-25 04:22:50 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(utc(seconds), text);
        }
        assert_eq!(utc_milliseconds(1_999), "1970-01-01 00:00:01 UTC");
    }
}
