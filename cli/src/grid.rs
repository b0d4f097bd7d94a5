//! Tables that still fit a terminal: regions side by side, or below each other where there are many.

use comfy_table::{LineStyle, Table, TableStyle};

/// Regions that fit side by side; for more, they stand below each other.
const COLUMNS_MAX: usize = 5;

/// The table, one line per item. The first row is its heading, the first column the label of each row.
pub(crate) fn lines(mut grid: Vec<Vec<String>>) -> Vec<String> {
    let columns = grid.first().map_or(0, |heading| heading.len().saturating_sub(1));
    if columns > COLUMNS_MAX {
        grid = transposed(&grid);
    }
    let mut rows = grid.into_iter();
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.set_header(rows.next().unwrap_or_default());
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn transposed(grid: &[Vec<String>]) -> Vec<Vec<String>> {
    let columns = grid.first().map_or(0, Vec::len);
    (0..columns)
        .map(|column| grid.iter().filter_map(|row| row.get(column).cloned()).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transposed_grid_has_its_rows_as_columns() {
        let grid = [["a", "b"], ["c", "d"], ["e", "f"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            transposed(&grid),
            [["a", "c", "e"], ["b", "d", "f"]].map(|row| row.map(str::to_owned).to_vec())
        );
    }
}
