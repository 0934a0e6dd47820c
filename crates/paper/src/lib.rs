//! On paper: slip, page model, PDF
