//! CSV files of three columns, as people make them in spreadsheets: an optional byte-order mark, an
//! optional row of headings, spaces round the fields.

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreeFields {
    /// Line of the file, from 1.
    pub line: u64,
    /// What stands in the three columns, without spaces round it.
    pub fields: [String; 3],
}

/// A row that has no three columns of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// The rows of a CSV file, one by one. A first row is left out if its second and third column are called
/// `headings`, whatever the case of their letters.
pub fn rows<'a>(
    bytes: &'a [u8],
    headings: [&'a str; 2],
) -> impl Iterator<Item = Result<ThreeFields, BadRow>> + use<'a> {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let rows = reader.into_records().map(row).enumerate();
    rows.filter(move |(row_idx, row)| *row_idx > 0 || !is_heading(row, headings))
        .map(|(_, row)| row)
}

fn row(record: csv::Result<csv::StringRecord>) -> Result<ThreeFields, BadRow> {
    let record = record.map_err(|error| BadRow {
        line: error.position().map_or(1, csv::Position::line),
        reason: "not text in UTF-8".into(),
    })?;
    let line = record.position().map_or(1, csv::Position::line);
    let fields: Vec<String> = record.iter().map(str::to_owned).collect();
    let fields = fields.try_into().map_err(|fields: Vec<String>| BadRow {
        line,
        reason: format!("{} columns", fields.len()),
    })?;
    Ok(ThreeFields { line, fields })
}

fn is_heading(row: &Result<ThreeFields, BadRow>, headings: [&str; 2]) -> bool {
    row.as_ref().is_ok_and(|row| {
        let names = row.fields[1..].iter().zip(headings);
        names
            .into_iter()
            .all(|(field, name)| field.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_headings_and_spaces_are_left_out_and_bad_rows_named() {
        let text = "\u{FEFF}Name, IN ,Out\n a ,\"b, c\",d\nname,in,out\ne,f\n";
        let found: Vec<_> = rows(text.as_bytes(), ["in", "out"]).collect();
        let row = |line, fields: [&str; 3]| {
            let fields = fields.map(str::to_owned);
            Ok(ThreeFields { line, fields })
        };
        assert_eq!(found[0], row(2, ["a", "b, c", "d"]));
        assert_eq!(found[1], row(3, ["name", "in", "out"]));
        let reason = "2 columns".to_owned();
        assert_eq!(found[2], Err(BadRow { line: 4, reason }));
        assert!(rows(b"a,\xFF,c", ["in", "out"]).next().unwrap().is_err());
    }
}
