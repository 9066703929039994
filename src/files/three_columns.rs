//! Tables of three columns, as people make them in spreadsheets: with commas, semicolons or tabs, in any
//! usual encoding, with or without a row of headings, with more columns than are needed.

use crate::files::text_decoding::decoded;

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreeFields {
    /// Line of the file, from 1.
    pub line: u64,
    /// What stands in the three columns, without spaces round it.
    pub fields: [String; 3],
    /// What stands in a fourth column; empty if there is none.
    pub fourth: String,
    /// Heading and text of each further column that has a heading, in the order of the table; none in a
    /// table without headings.
    pub others: Vec<(String, String)>,
}

/// A row that has no three columns of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// What may stand between columns; the first of those that fit best is taken.
const SEPARATORS: [u8; 3] = [b'\t', b';', b','];

/// Line of Excel that names the separator, such as `sep=;`.
const SEPARATOR_LINE: &str = "sep=";

/// A row of a file with all its columns.
struct Row {
    line: u64,
    fields: Vec<String>,
}

/// The rows of a table, one by one, without empty ones. A first row is of headings if it has one of the
/// names of the second column and one of the third, whatever the case of their letters: then the columns
/// are taken by their headings, else the first three.
pub fn rows(bytes: &[u8], headings: [&[&str]; 3]) -> Vec<Result<ThreeFields, BadRow>> {
    rows_and_fourth(bytes, headings, &[])
}

/// The rows of a table of which a fourth column counts as well, if it is there: by its heading, or in a table
/// without headings by its place.
pub fn rows_and_fourth(
    bytes: &[u8],
    headings: [&[&str]; 3],
    fourth: &[&str],
) -> Vec<Result<ThreeFields, BadRow>> {
    let text = decoded(bytes);
    let (text, named) = named_separator(&text);
    let first_line = 1 + u64::from(named.is_some());
    let separator = named.unwrap_or_else(|| best_separator(text));
    let rows = all_rows(text, separator, first_line);
    let places = match rows.first() {
        Some(Ok(row)) => heading_places(&row.fields, headings),
        _ => None,
    };
    let fourth = match (&places, rows.first()) {
        (Some(_), Some(Ok(row))) => place_of(&row.fields, fourth),
        _ => Some(3),
    };
    let num_headings = usize::from(places.is_some());
    let headings = match (num_headings, rows.first()) {
        (1, Some(Ok(row))) => row.fields.clone(),
        _ => Vec::new(),
    };
    let columns = Columns {
        three: places.unwrap_or([0, 1, 2]),
        fourth,
        headings,
    };
    let rows = rows.into_iter().skip(num_headings);
    let rows = rows.map(|row| columns.three_of(row?));
    rows.collect()
}

/// The separator that the file's first line names, and what follows it.
fn named_separator(text: &str) -> (&str, Option<u8>) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_end().strip_prefix(SEPARATOR_LINE);
    match named.map(str::as_bytes) {
        Some(&[separator]) => (rest, Some(separator)),
        // A tab was trimmed as a space.
        Some([]) if first.ends_with('\t') || first.ends_with("\t\r") => (rest, Some(b'\t')),
        _ => (text, None),
    }
}

/// The separator by which most rows have three columns.
fn best_separator(text: &str) -> u8 {
    let num_fitting = |separator: &u8| {
        let rows = all_rows(text, *separator, 1);
        let rows = rows.iter().flatten();
        rows.filter(|row| row.fields.len() >= 3).count()
    };
    let mut best = (b',', 0);
    for separator in SEPARATORS {
        let num_fitting = num_fitting(&separator);
        if num_fitting > best.1 {
            best = (separator, num_fitting);
        }
    }
    best.0
}

/// All rows that have something in them.
fn all_rows(text: &str, separator: u8, first_line: u64) -> Vec<Result<Row, BadRow>> {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let rows = reader.into_records().map(|record| {
        let line_of = |position: Option<&csv::Position>| {
            first_line + position.map_or(0, |it| it.line().saturating_sub(1))
        };
        let record = record.map_err(|error| BadRow {
            line: line_of(error.position()),
            reason: "not a table".into(),
        })?;
        Ok(Row {
            line: line_of(record.position()),
            fields: record.iter().map(str::to_owned).collect(),
        })
    });
    let has_text = |row: &Result<Row, BadRow>| match row {
        Ok(row) => row.fields.iter().any(|field| !field.is_empty()),
        Err(_) => true,
    };
    rows.filter(has_text).collect()
}

/// Where the column is that has one of these names.
fn place_of(fields: &[String], names: &[&str]) -> Option<usize> {
    let is_named = |field: &String| names.iter().any(|name| field.eq_ignore_ascii_case(name));
    fields.iter().position(is_named)
}

/// Where the columns are, if this is a row of headings.
fn heading_places(fields: &[String], headings: [&[&str]; 3]) -> Option<[usize; 3]> {
    let [first, second, third] = headings.map(|names| place_of(fields, names));
    let (second, third) = (second?, third?);
    // Whatever the first is called, it stands in front, or the row would be of another table.
    let first = first.or((second > 0 && third > 0).then_some(0))?;
    Some([first, second, third])
}

/// Where the columns of a table stand.
struct Columns {
    three: [usize; 3],
    fourth: Option<usize>,
    /// What its columns are called; empty in a table without headings.
    headings: Vec<String>,
}

impl Columns {
    fn three_of(&self, row: Row) -> Result<ThreeFields, BadRow> {
        let Row { line, fields } = row;
        let field = |place: usize| fields.get(place).cloned();
        match self.three.map(field) {
            [Some(first), Some(second), Some(third)] => Ok(ThreeFields {
                line,
                fields: [first, second, third],
                fourth: self.fourth.and_then(field).unwrap_or_default(),
                others: self.others(&fields),
            }),
            _ => Err(BadRow {
                line,
                reason: match fields.len() {
                    1 => "1 column; a comma, semicolon or tab goes between columns".into(),
                    num_columns => format!("{num_columns} columns"),
                },
            }),
        }
    }

    fn others(&self, fields: &[String]) -> Vec<(String, String)> {
        let named = self.headings.iter().zip(fields).enumerate();
        let others = named.filter(|(place, (heading, _))| {
            !heading.is_empty() && !self.three.contains(place) && self.fourth != Some(*place)
        });
        others
            .map(|(_, (heading, field))| (heading.clone(), field.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: [&[&str]; 3] = [&["name"], &["in"], &["out"]];

    fn fields(text: &str) -> Vec<[String; 3]> {
        let rows = rows(text.as_bytes(), HEADINGS).into_iter();
        rows.map(|row| row.unwrap().fields).collect()
    }

    #[test]
    fn marks_headings_and_spaces_are_left_out_and_bad_rows_named() {
        let text = "\u{FEFF}Name, IN ,Out\n a ,\"b, c\",d\nname,in,out\ne,f\n";
        let found: Vec<_> = rows(text.as_bytes(), HEADINGS);
        let row = |line, fields: [&str; 3]| {
            Ok(ThreeFields {
                line,
                fields: fields.map(str::to_owned),
                fourth: String::new(),
                others: Vec::new(),
            })
        };
        assert_eq!(found[0], row(2, ["a", "b, c", "d"]));
        assert_eq!(found[1], row(3, ["name", "in", "out"]));
        let reason = "2 columns".to_owned();
        assert_eq!(found[2], Err(BadRow { line: 4, reason }));
    }

    #[test]
    fn any_separator_is_found_and_more_columns_do_not_matter() {
        for text in [
            "name,in,out\na,0,1\n",
            "name;in;out\r\na;0;1\r\n",
            "name\tin\tout\na\t0\t1\n",
            "name;in;out;note\na;0;1;x\n;;;\n",
            "sep=;\nname;in;out\na;0;1\n",
            "a;0;1",
            "Note,Out,Name,In\nx,1,a,0\n",
            "Cue,In,Out\na,0,1\n",
        ] {
            assert_eq!(fields(text), [["a", "0", "1"]], "{text:?}");
        }
        assert_eq!(fields("a;b,0,1\nc;d,1,2\n")[0], ["a;b", "0", "1"]);
        assert_eq!(fields("a;0,5;1,5\n")[0], ["a", "0,5", "1,5"]);
    }

    #[test]
    fn further_columns_are_taken_by_their_headings() {
        let rows = rows(
            b"Language,Name,In,,Out,Note\nde,a,0,x,1,\nfr,b,1,y,2\n",
            HEADINGS,
        );
        let others: Vec<_> = rows.into_iter().map(|row| row.unwrap().others).collect();
        let pair = |heading: &str, text: &str| (heading.to_owned(), text.to_owned());
        assert_eq!(others[0], [pair("Language", "de"), pair("Note", "")]);
        assert_eq!(others[1], [pair("Language", "fr")]);
    }

    #[test]
    fn a_list_of_one_column_is_told_what_goes_between_columns() {
        let error = rows(b"a|0|1", HEADINGS)[0].clone().unwrap_err();
        assert!(error.reason.contains("semicolon"), "{error:?}");
        assert!(rows(b"", HEADINGS).is_empty());
    }
}
