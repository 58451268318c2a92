"""The surgeon's worklist and sheet, and the patient's view of the options."""
