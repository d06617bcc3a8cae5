//! Columns of text.

use super::{styled, DIM};
use anstyle::Style;

/// How wide a printed line is at most.
const WIDTH: usize = 110;

/// A cell: text in a style.
#[derive(Clone, Debug)]
pub struct Text(pub String, pub Style);

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into(), Style::new())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text, Style::new())
    }
}

/// Rows under headings; every column is as wide as its widest cell, the last one wraps.
#[derive(Clone, Debug, Default)]
pub struct Table {
    head: Vec<String>,
    rows: Vec<Vec<Text>>,
}

impl Table {
    /// A table with `head` over its columns; none prints no headings.
    pub fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Text>>) -> &mut Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// The lines, each indented by two blanks.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).chain([self.head.len()]).max().unwrap_or(0);
        let width = |column: usize| {
            let head = self.head.get(column).map_or(0, |head| head.chars().count());
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.0.chars().count()).chain([head]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let before: usize = widths.iter().take(columns.saturating_sub(1)).map(|w| w + 2).sum();
        let last = WIDTH.saturating_sub(before + 2).max(24);

        let mut out = String::new();
        if !self.head.is_empty() {
            let head: Vec<Text> = self.head.iter().map(|h| Text(h.clone(), DIM)).collect();
            line(&mut out, &head, &widths, last, before);
        }
        for row in &self.rows {
            line(&mut out, row, &widths, last, before);
        }
        out
    }
}

fn line(out: &mut String, row: &[Text], widths: &[usize], last: usize, before: usize) {
    out.push_str("  ");
    for (column, Text(text, style)) in row.iter().enumerate() {
        if column + 1 == row.len() {
            let mut pieces = wrap(text, last).into_iter();
            out.push_str(&styled(*style, pieces.next().unwrap_or_default()));
            for piece in pieces {
                out.push('\n');
                out.push_str(&" ".repeat(before + 2));
                out.push_str(&styled(*style, piece));
            }
        } else {
            let pad = widths.get(column).copied().unwrap_or(0).saturating_sub(text.chars().count());
            out.push_str(&styled(*style, text));
            out.push_str(&" ".repeat(pad + 2));
        }
    }
    out.push('\n');
}

/// `text` in lines of at most `width` characters, cut at blanks.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for word in text.split_whitespace() {
        if !current.is_empty() && current.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut current));
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_the_last_one_wraps() {
        let mut table = Table::new(&["a", "what it says"]);
        table.row(["long name", &"word ".repeat(30)]).row(["x", "short"]);
        let plain = anstream::adapter::strip_str(&table.render()).to_string();
        let lines: Vec<&str> = plain.lines().collect();
        assert_eq!(lines[0], "  a          what it says");
        assert!(lines[1].starts_with("  long name  word word"));
        assert!(lines[2].starts_with("             word"));
        assert_eq!(lines.last(), Some(&"  x          short"));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
